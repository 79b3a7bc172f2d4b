/** What has become of the writes of an operation, by the names of its root fields in the answer. */
export class Commits {
  /** Fields whose changes are committed. */
  readonly written = new Set<string>();
  /** Fields whose changes have been sent, and whose outcome is not known yet. */
  readonly underWay = new Set<string>();

  /** Runs a write that commits by itself. */
  async run<T>(field: string, write: () => Promise<T>): Promise<T> {
    this.underWay.add(field);
    try {
      const answer = await write();
      this.written.add(field);
      return answer;
    } finally {
      this.underWay.delete(field);
    }
  }
}
