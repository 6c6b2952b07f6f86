import type { HostFacts } from '../../state/observed.ts';
import type { ResourceCodec } from '../../state/resources.ts';
import { readCgroupFile } from './cgroup-file.ts';
import { limitFilesOf, makeCodec } from './codec.ts';
import type { CodecFacts, UsageFile } from './controller.ts';
import { readOnline, readPageBytes } from './host-files.ts';
import type { LimitFile } from './limit-file.ts';
import { parentIn, pathDown } from './mode.ts';
import type { Findings, Mode, Site } from './mode.ts';
import { makeReadTable } from './read.ts';
import type { ReadTable } from './read.ts';

export interface CgroupFacts {
  readonly unsupported: HostFacts['unsupported'];
  /** What a container can have, in the kernel's list format. */
  readonly cpus: string;
  readonly mems: string;
}

/** What was found by looking at the host, and the tables that follow from it. */
export interface View {
  readonly findings: Findings;
  readonly facts: CgroupFacts;
  readonly codec: ResourceCodec;
  readonly codecFacts: CodecFacts;
  readonly limits: readonly LimitFile[];
  readonly usage: readonly UsageFile[];
  readonly table: ReadTable;
  /** Our parent's directories that hold limits, each once. */
  readonly limitParents: readonly string[];
}

/** Looks at the host anew. */
export function openView(mode: Mode, site: Site): View {
  return makeView(mode, site, mode.look(site));
}

/** `view` with the CPUs and memory nodes of now; `view` itself where they are the same. */
export function refreshView(view: View, mode: Mode, site: Site): View {
  const { cpus, mems } = presentCpus(mode, site);
  return cpus === view.facts.cpus && mems === view.facts.mems ? view : makeView(mode, site, view.findings);
}

function makeView(mode: Mode, site: Site, findings: Findings): View {
  const { unsupported, ioWeightFile } = findings;
  const { cpus, mems } = presentCpus(mode, site);
  const codecFacts: CodecFacts = {
    pageBytes: readPageBytes(),
    cpus,
    mems,
    ...(ioWeightFile === undefined ? {} : { ioWeightFile }),
  };
  const controllers = mode.controllers(codecFacts);
  const limits = limitFilesOf(controllers, unsupported);
  const limitParents = limits.map(({ controller }) => parentOf(controller)).filter((dir) => dir !== undefined);
  const parents = site.hierarchies.map((hierarchy) => parentIn(hierarchy, site));
  return {
    findings,
    facts: { unsupported, cpus, mems },
    codec: makeCodec(controllers, unsupported),
    codecFacts,
    limits,
    usage: controllers.flatMap((each) => each.usage),
    table: makeReadTable({ limits, controllers, parents: [...new Set([...limitParents, ...parents])], parentOf }),
    limitParents: [...new Set(limitParents)],
  };

  function parentOf(controller: string): string | undefined {
    const hierarchy = mode.hierarchyOf(controller, site.hierarchies);
    return hierarchy === undefined ? undefined : parentIn(hierarchy, site);
  }
}

/** The nearest directory at or above our parent that says which CPUs it has; else those of the host. */
function presentCpus(mode: Mode, site: Site): { readonly cpus: string; readonly mems: string } {
  const hierarchy = mode.hierarchyOf('cpuset', site.hierarchies);
  const dirs = hierarchy === undefined ? [] : pathDown(hierarchy, site.parent).reverse();
  return {
    cpus: nearest(dirs, mode.cpusetFiles.cpus) ?? readOnline().cpus,
    mems: nearest(dirs, mode.cpusetFiles.mems) ?? readOnline().mems,
  };
}

function nearest(dirs: readonly string[], file: string): string | undefined {
  for (const dir of dirs) {
    const content = readCgroupFile(`${dir}/${file}`);
    if (content !== undefined && content !== '') return content;
  }
  return undefined;
}
