/** What a sealed raw file is bound to: it does not open in the place of another. */
export const rawContext = (deliveryId: string): string => `intake/${deliveryId}/raw`;
/** What a sealed identity file is bound to. */
export const identityContext = (deliveryId: string): string => `intake/${deliveryId}/identity`;
