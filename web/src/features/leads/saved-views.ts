import { useState } from 'react';

export type SavedView = { name: string; filters: string };

function read(userId: string): SavedView[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(`doudi.views.${userId}`) ?? '[]');
    if (!Array.isArray(kept)) return [];
    return kept.filter((one): one is SavedView => typeof one?.name === 'string' && typeof one?.filters === 'string');
  } catch {
    return [];
  }
}

/** The views a person saved on this device: names and filters only, never what was searched for. */
export function useSavedViews(userId: string) {
  const [views, setViews] = useState(() => read(userId));
  const write = (next: SavedView[]) => {
    localStorage.setItem(`doudi.views.${userId}`, JSON.stringify(next));
    setViews(next);
  };
  return {
    views,
    save: (view: SavedView) => write([...views.filter((one) => one.name !== view.name), view]),
    drop: (name: string) => write(views.filter((one) => one.name !== name)),
  };
}
