/** What `act` gives, and the CPU time it took in milliseconds: unlike the time of day, other programs do not lengthen it much. */
export function measureCpu<Result>(act: () => Result): Measured<Result> {
  return measure((begin) => process.cpuUsage(begin), act);
}

/** The same of this thread alone, without those on which V8 compiles and frees memory meanwhile: on a busy machine theirs varies most. */
export function measureThreadCpu<Result>(act: () => Result): Measured<Result> {
  return measure((begin) => process.threadCpuUsage(begin), act);
}

interface Measured<Result> {
  readonly result: Result;
  readonly cpuMs: number;
}

function measure<Result>(usageSince: (begin?: NodeJS.CpuUsage) => NodeJS.CpuUsage, act: () => Result): Measured<Result> {
  const begin = usageSince();
  const result = act();
  const { user, system } = usageSince(begin);
  return { result, cpuMs: (user + system) / 1000 };
}
