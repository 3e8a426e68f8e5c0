import { useSyncExternalStore } from 'react';
import { call } from '../../api/call.ts';
import { problemOf } from '../../api/problem.ts';
import { queryClient } from '../../api/queries.ts';
import { drop, keep, type Parcel, parcelsOf } from './pocket.ts';

type State = { parcels: readonly Parcel[]; sending: boolean };

let userId: string | null = null;
let state: State = { parcels: [], sending: false };
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();
const retryEvery = 20_000;

function tell(next: State): void {
  state = next;
  for (const listener of listeners) listener();
}

async function refresh(sending: boolean): Promise<void> {
  tell({ parcels: userId === null ? [] : await parcelsOf(userId), sending });
}

/** Opens the outbox of the person who signed in and sends what lies in it. */
export async function openOutbox(id: string): Promise<void> {
  userId = id;
  await refresh(false);
  void sendOutbox();
}

/** Closes it on sign-out; what was not sent stays on the device for the same person. */
export function closeOutbox(): void {
  userId = null;
  clearTimeout(timer);
  tell({ parcels: [], sending: false });
}

/** Puts a verification into the outbox and tries to send it at once. */
export async function post(parcel: Parcel): Promise<void> {
  await keep('outbox', parcel);
  await refresh(state.sending);
  await sendOutbox();
}

/** Takes a refused verification back out, so that it can be changed and submitted again. */
export async function takeBack(key: string): Promise<void> {
  await drop('outbox', key);
  await refresh(state.sending);
}

/** Sends every parcel in turn. The network failing leaves the rest for later; a refusal is kept with its cure. */
export async function sendOutbox(): Promise<void> {
  if (state.sending || userId === null) return;
  clearTimeout(timer);
  const sender = userId;
  tell({ ...state, sending: true });
  try {
    for (const parcel of state.parcels) {
      if (parcel.refusal || userId !== sender) continue;
      if (!(await sendOne(parcel))) break;
    }
  } finally {
    await refresh(false);
    if (state.parcels.some((parcel) => !parcel.refusal)) timer = setTimeout(() => void sendOutbox(), retryEvery);
  }
}

async function sendOne(parcel: Parcel): Promise<boolean> {
  try {
    const detail = await call('POST /api/leads/:id/verification', { params: { id: parcel.leadId }, body: parcel.body });
    await drop('outbox', parcel.key);
    await drop('drafts', `${parcel.userId}/${parcel.leadId}`);
    queryClient.setQueryData(['GET /api/leads/:id', parcel.leadId], detail);
    for (const route of ['POST /api/leads/search', 'GET /api/month', 'GET /api/households/:id']) {
      void queryClient.invalidateQueries({ queryKey: [route] });
    }
    return true;
  } catch (thrown) {
    const problem = problemOf(thrown);
    // A lapsed sign-in is not the verification's fault: it waits until the person is back.
    if (problem.passing || problem.status === 401) return false;
    await keep('outbox', { ...parcel, refusal: { message: problem.body.message, cure: problem.body.cure } });
    return true;
  }
}

addEventListener('online', () => void sendOutbox());

/** What is not yet sent, as the screen shows it. */
export function useOutbox(): State {
  return useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    () => state,
  );
}
