/** The outcome of an operation's writes, by the response keys of its root fields. */
export class Commits {
  /** Fields whose changes are committed. */
  readonly written = new Set<string>();
  /** Fields whose changes were sent and whose outcome is not known yet. */
  readonly underWay = new Set<string>();

  /** Runs a write that commits on its own. */
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
