// Every address of the client, on one page.
import { createRootRoute, createRoute, createRouter, Outlet, redirect } from '@tanstack/react-router';
import { LibraryFeed } from '../analysis/LibraryFeed';
import { AuthLayout } from '../auth/AuthLayout';
import { LoginPage } from '../auth/LoginPage';
import { RegisterPage } from '../auth/RegisterPage';
import { session } from '../auth/browserSession';
import { parseGallerySearch } from '../gallery/filter';
import { GalleryPage } from '../gallery/GalleryPage';
import { ImagePage } from '../image/ImagePage';
import { parseImageSearch } from '../image/search';
import { parseSearch, stringifySearch } from '../lib/searchParams';
import { CrashPage } from './CrashPage';
import { NotFoundPage } from './NotFoundPage';
import { Root } from './Root';
import { Shell } from './Shell';

interface GuestSearch {
  /** Where to go after logging in. */
  next?: string;
}

/** Only a path of this site: anything else would make the login page a tool for phishing. */
export function parseNext({ next }: Record<string, unknown>): GuestSearch {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? { next } : {};
}

const root = createRootRoute({ component: Root, notFoundComponent: NotFoundPage, errorComponent: CrashPage });

const guest = createRoute({
  getParentRoute: () => root,
  id: 'guest',
  validateSearch: parseNext,
  beforeLoad: ({ search }) => {
    if (session.get().status === 'signedIn') throw redirect({ href: search.next ?? '/', replace: true });
  },
  component: () => (
    <AuthLayout>
      <Outlet />
    </AuthLayout>
  ),
});
const login = createRoute({ getParentRoute: () => guest, path: '/login', component: LoginPage });
const register = createRoute({ getParentRoute: () => guest, path: '/register', component: RegisterPage });

const library = createRoute({
  getParentRoute: () => root,
  id: 'library',
  beforeLoad: ({ location }) => {
    if (session.get().status === 'signedIn') return;
    const next = location.href === '/' ? {} : { next: location.href };
    throw redirect({ to: '/login', search: next, replace: true });
  },
  component: Shell,
});
const gallery = createRoute({
  getParentRoute: () => library,
  path: '/',
  validateSearch: parseGallerySearch,
  component: () => (
    <>
      <GalleryPage />
      <LibraryFeed />
    </>
  ),
});
const image = createRoute({
  getParentRoute: () => library,
  path: '/images/$imageId',
  validateSearch: parseImageSearch,
  component: ImagePage,
});

export const router = createRouter({
  routeTree: root.addChildren([guest.addChildren([login, register]), library.addChildren([gallery, image])]),
  parseSearch,
  stringifySearch,
  scrollRestoration: true,
  defaultErrorComponent: CrashPage,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

declare module '@tanstack/history' {
  interface HistoryState {
    /** Set on the way from the gallery to a picture: then "back" is the browser's, with its scroll position. */
    fromGallery?: boolean;
    /** Set on the way from a picture's page to its lightbox: then closing it is the browser's "back". */
    openedLightbox?: boolean;
  }
}
