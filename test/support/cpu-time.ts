/** What `act` gives, and the CPU time it took in milliseconds: unlike the time of day, other programs do not lengthen it much. */
export function measureCpu<Result>(act: () => Result): { readonly result: Result; readonly cpuMs: number } {
  const begin = process.cpuUsage();
  const result = act();
  const { user, system } = process.cpuUsage(begin);
  return { result, cpuMs: (user + system) / 1000 };
}
