import { useSyncExternalStore } from 'react';

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = matchMedia(query);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    () => matchMedia(query).matches,
    () => false,
  );
}

/** True on a phone: one column, bottom action, 48 px targets. */
export function usePhone(): boolean {
  return useMedia('(max-width: 767px)');
}

/** True when a side column has room beside the text. */
export function useWide(): boolean {
  return useMedia('(min-width: 1100px)');
}

/** True while the browser believes that there is a network. */
export function useOnline(): boolean {
  return useSyncExternalStore(
    (changed) => {
      addEventListener('online', changed);
      addEventListener('offline', changed);
      return () => {
        removeEventListener('online', changed);
        removeEventListener('offline', changed);
      };
    },
    () => navigator.onLine,
    () => true,
  );
}
