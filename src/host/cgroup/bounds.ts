import type { Resources } from '../../state/resources.ts';
import { readCgroupFile } from './cgroup-file.ts';
import { pathDown } from './mode.ts';
import type { Mode, Site } from './mode.ts';
import type { View } from './view.ts';

/** What our parent and the cgroups above it allow all containers together; absent: as much as the host has. */
export interface Bounds {
  readonly memoryBytes?: number;
  readonly cpus?: number;
  readonly tasks?: number;
}

const fields = { memoryBytes: 'memory.max', cpus: 'cpu.max', tasks: 'pids.max' } as const;

/** Reads the least of each limit on the way from the root of its hierarchy down to our parent. Those that are not there limit nothing. */
export function readBounds({ limits, codec }: View, mode: Mode, site: Site): Bounds {
  const bounding = limits.filter(({ field }) => Object.values(fields).some((name) => name === field));
  const levels = Array.from({ length: site.parent.length + 1 }, (_, level): Resources => {
    const files: Record<string, string> = {};
    for (const { controller, file } of bounding) {
      const hierarchy = mode.hierarchyOf(controller, site.hierarchies);
      const dir = hierarchy === undefined ? undefined : pathDown(hierarchy, site.parent)[level];
      const content = dir === undefined ? undefined : readCgroupFile(`${dir}/${file}`);
      if (content !== undefined && content !== '') files[file] = content;
    }
    return codec.fromFiles(files);
  });
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, field]) => {
      const numbers = levels.map((resources) => resources[field]).filter((limit) => typeof limit === 'number');
      return numbers.length === 0 ? [] : [[key, Math.min(...numbers)]];
    }),
  );
}
