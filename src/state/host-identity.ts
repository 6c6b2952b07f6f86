/** What tells one host from another. */
export interface HostIdentity {
  readonly name: string;
  /** Stays when the name changes; absent where the host has none. */
  readonly id?: string;
}
