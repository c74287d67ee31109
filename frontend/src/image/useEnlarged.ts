// The lightbox has an entry of its own in the browser's history: "back" closes it, and a reload keeps it.
import { useMemo } from 'react';
import { useLocation, useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { useChange } from '../lib/useChange';

export function useEnlarged(imageId: string) {
  const router = useRouter();
  const navigate = useNavigate();
  const enlarged = useSearch({ from: '/library/images/$imageId', select: (search) => search.enlarged === true });
  const opened = useLocation({ select: ({ state }) => state.openedLightbox === true });

  // The entry behind the lightbox is of the picture that it was opened with. Whoever looked on stays where he is.
  const place = useMemo(() => ({ enlarged, imageId }), [enlarged, imageId]);
  useChange(place, (now, before) => {
    if (!before.enlarged || now.enlarged || now.imageId === before.imageId) return;
    void navigate({ to: '/images/$imageId', params: { imageId: before.imageId }, search: true, state: true, replace: true, resetScroll: false });
  });

  return {
    enlarged,
    open: () =>
      void navigate({
        to: '/images/$imageId',
        params: { imageId },
        search: (now) => ({ ...now, enlarged: true as const }),
        state: (now) => ({ ...now, openedLightbox: true }),
        resetScroll: false,
      }),
    close: () => {
      if (opened) router.history.back();
      else {
        const search = (now: object) => ({ ...now, enlarged: undefined });
        void navigate({ to: '/images/$imageId', params: { imageId }, search, state: true, replace: true, resetScroll: false });
      }
    },
  };
}
