/** A page to come. */
export function Component() {
  return null;
}
