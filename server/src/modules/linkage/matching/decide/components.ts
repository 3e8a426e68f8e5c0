/** Groups of nodes that hang together (union-find with path halving). */
export class Components {
  readonly #parent = new Map<number, number>();

  /** The representative of a node's group: its least node. */
  find(node: number): number {
    let at = node;
    for (;;) {
      const parent = this.#parent.get(at) ?? at;
      if (parent === at) return at;
      const grand = this.#parent.get(parent) ?? parent;
      this.#parent.set(at, grand);
      at = grand;
    }
  }

  join(a: number, b: number): void {
    const x = this.find(a);
    const y = this.find(b);
    if (x === y) return;
    const [least, other] = x < y ? [x, y] : [y, x];
    this.#parent.set(other, least);
    this.#parent.set(least, least);
  }
}
