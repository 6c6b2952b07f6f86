/** Tells on stderr what is measured and how long the run will still take. */
export interface Progress {
  begin(name: string): void;
  end(words: string): void;
  note(words: string): void;
}

/** @param seconds what each measure takes on a common machine, in the order of the run */
export function openProgress(seconds: readonly number[], write: (text: string) => void): Progress {
  const began = performance.now();
  let done = 0;
  let name = '';
  const elapsed = (): number => (performance.now() - began) / 1000;
  /** As much faster or slower than foreseen as the run has been so far. */
  const toGo = (): number => {
    const passed = sum(seconds.slice(0, done));
    const pace = passed === 0 ? 1 : elapsed() / passed;
    return pace * sum(seconds.slice(done));
  };
  const line = (words: string): void => { write(`bench: ${words}\n`); };
  return {
    begin(next) {
      name = next;
      line(`[${done + 1}/${seconds.length}] ${name} (about ${clock(toGo())} to go)`);
    },
    end(words) {
      done += 1;
      line(`[${done}/${seconds.length}] ${name}: ${words}`);
    },
    note: line,
  };
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, '0')}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
