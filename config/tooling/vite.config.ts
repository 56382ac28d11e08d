/** Builds the console to static files: `vite build -c config/tooling/vite.config.ts`; without `build`, a dev server. */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
/** A cliowatch on its default port, for the dev server. */
const backend = 'http://127.0.0.1:8642';

export default defineConfig({
  root: folder('../../src/console'),
  // Relative, so that the same build works at / and behind a path of a proxy.
  base: './',
  plugins: [react()],
  build: {
    outDir: folder('../../dist/console'),
    emptyOutDir: true,
    // Always files: the page's security policy allows no data: URLs but for images.
    assetsInlineLimit: 0,
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/v1': backend, '/socket.io': { target: backend, ws: true } },
  },
});
