/** What the kernel told of the manifests since they were read last. */
export interface News {
  /** `path`, without links, was written to; undefined: anything may be different. */
  told(path: string | undefined): void;
  /** The files that were written to since the last call, where nothing else can be different; undefined: look at everything. */
  take(): ReadonlySet<string> | undefined;
}

/** @param isFollowed whether somebody listens, so that silence means something */
export function openNews(isFollowed: () => boolean): News {
  let files: Set<string> | undefined;
  return {
    told(path) {
      if (path === undefined) files = undefined;
      else files?.add(path);
    },
    take() {
      const told = files;
      files = isFollowed() ? new Set() : undefined;
      return told;
    },
  };
}
