/** What is sealed of one person; apart from the batch's store, so that the desk can open it without reaching the engine. */
export interface Identity {
  name: string;
  number: string;
  phone: string | null;
  address: string | null;
}

/** The context that binds a sealed identity to its row. */
export const identityContext = (personId: string): string => `identity/${personId}`;
