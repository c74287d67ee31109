import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const server = process.env.API_ORIGIN ?? 'http://127.0.0.1:8000';

function toGraphiqlPage(request: { url?: string }, _response: unknown, next: () => void) {
  if (request.url?.split('?')[0] === '/graphiql') request.url = '/graphiql.html';
  next();
}

/** The server answers `/graphiql` with graphiql.html; `dev` and `preview` do the same. */
const graphiqlPath: Plugin = {
  name: 'graphiql-path',
  configureServer(dev) {
    dev.middlewares.use(toGraphiqlPage);
  },
  configurePreviewServer(preview) {
    preview.middlewares.use(toGraphiqlPage);
  },
};

export default defineConfig({
  plugins: [react(), graphiqlPath],
  server: {
    port: 5173,
    proxy: {
      '/graphql': { target: server, ws: true },
      '/media': server,
    },
  },
  optimizeDeps: {
    // What GraphiQL's worker imports: the scan of the pages does not see it, and there must be one graphql only.
    include: ['graphql', 'graphql-language-service', 'monaco-graphql > picomatch-browser', 'nullthrows'],
  },
  build: {
    target: 'es2022',
    // Also where the build script of the server puts it, outside of this folder.
    emptyOutDir: true,
    // Monaco is large by nature and only the GraphiQL page loads it.
    chunkSizeWarningLimit: 4000,
    rolldownOptions: {
      input: { main: 'index.html', graphiql: 'graphiql.html' },
      onLog(level, log, handle) {
        // GraphiQL's notes to a compiler that is not in use here.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
      },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test-setup.ts'],
    // As in the bundle: one @urql/core for all, and not another one for urql, which Node would load as CommonJS.
    alias: [{ find: /^urql$/, replacement: 'urql/dist/urql.es.js' }],
    server: { deps: { inline: ['urql'] } },
  },
});
