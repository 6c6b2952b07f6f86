/** What `act` gives, and the CPU time it took in milliseconds: unlike the time of day, other programs do not lengthen it much. */
export function measureCpu<Result>(act: () => Result): { readonly result: Result; readonly cpuMs: number } {
  const begin = process.cpuUsage();
  const result = act();
  const { user, system } = process.cpuUsage(begin);
  return { result, cpuMs: (user + system) / 1000 };
}

/** The same of this thread alone, without those on which V8 compiles and frees memory meanwhile: on a busy machine theirs varies most. */
export function measureThreadCpu<Result>(act: () => Result): { readonly result: Result; readonly cpuMs: number } {
  const begin = process.threadCpuUsage();
  const result = act();
  const { user, system } = process.threadCpuUsage(begin);
  return { result, cpuMs: (user + system) / 1000 };
}
