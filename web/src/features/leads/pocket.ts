import type { LeadDetail, VerificationBody } from '@doudi/contracts';
import type { z } from 'zod';

export type VerificationSent = z.input<typeof VerificationBody>;

/** A verification being written: kept on this device after every field, with a covered copy of its lead for the doorstep. */
export type Draft = {
  id: string;
  userId: string;
  leadId: string;
  key: string;
  verdict: VerificationSent['verdict'] | null;
  visitedOn: string;
  note: string;
  answers: Record<string, unknown>;
  savedAt: string | null;
  lead: LeadDetail;
};

/** A verification on its way: sent again with the same key until the server answers. */
export type Parcel = {
  key: string;
  userId: string;
  leadId: string;
  head: string;
  body: VerificationSent;
  refusal: { message: string; cure: string } | null;
};

type Stores = { drafts: Draft; outbox: Parcel };

let opened: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((done, failed) => {
    const asking = indexedDB.open('doudi', 1);
    asking.onupgradeneeded = () => {
      asking.result.createObjectStore('drafts', { keyPath: 'id' });
      asking.result.createObjectStore('outbox', { keyPath: 'key' });
    };
    asking.onsuccess = () => done(asking.result);
    asking.onerror = () => failed(asking.error);
  });
  return opened;
}

async function within<T>(
  store: keyof Stores,
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await open();
  return new Promise((done, failed) => {
    const transaction = database.transaction(store, mode);
    const asking = work(transaction.objectStore(store));
    // Done only when the transaction is on disk: a phone may die right after “saved” was shown.
    transaction.oncomplete = () => done(asking.result);
    transaction.onerror = () => failed(transaction.error);
    transaction.onabort = () => failed(transaction.error);
  });
}

/** Keeps a draft or a parcel, replacing the one with the same id. */
export async function keep<S extends keyof Stores>(store: S, value: Stores[S]): Promise<void> {
  await within(store, 'readwrite', (rows) => rows.put(value));
}

/** Takes one away. */
export async function drop(store: keyof Stores, id: string): Promise<void> {
  await within(store, 'readwrite', (rows) => rows.delete(id));
}

/** Gives the draft of a person for a lead, or undefined. */
export async function findDraft(userId: string, leadId: string): Promise<Draft | undefined> {
  return within('drafts', 'readonly', (rows) => rows.get(`${userId}/${leadId}`) as IDBRequest<Draft | undefined>);
}

/** Gives the parcels of a person, never those of another on the same device. */
export async function parcelsOf(userId: string): Promise<Parcel[]> {
  const all = await within('outbox', 'readonly', (rows) => rows.getAll() as IDBRequest<Parcel[]>);
  return all.filter((parcel) => parcel.userId === userId);
}

/** Gives the drafts of a person: the leads that are at hand without network. */
export async function draftsOf(userId: string): Promise<Draft[]> {
  const all = await within('drafts', 'readonly', (rows) => rows.getAll() as IDBRequest<Draft[]>);
  return all.filter((draft) => draft.userId === userId);
}
