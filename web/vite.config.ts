import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { mockDesk } from './mock/plugin.ts';

const server = process.env.DOUDI_SERVER ?? 'http://127.0.0.1:8787';
const mocked = process.env.DOUDI_MOCK === '1';

export default defineConfig({
  plugins: [
    react(),
    ...(mocked ? [mockDesk()] : []),
    VitePWA({
      registerType: 'autoUpdate',
      injectRegister: 'script-defer',
      includeAssets: ['icon.svg'],
      manifest: {
        name: '兜底 社会救助工作台',
        short_name: '兜底',
        description: '早发现、早走访、说得清的社会救助工作台',
        lang: 'zh-CN',
        display: 'standalone',
        start_url: '/',
        background_color: '#ffffff',
        theme_color: '#17436b',
        icons: [
          { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' },
        ],
      },
      workbox: {
        // Only the shell is kept by the worker: answers of the API are personal data and never enter its cache.
        navigateFallback: '/index.html',
        navigateFallbackDenylist: [/^\/api\//],
        globPatterns: ['**/*.{js,css,html,svg,png}'],
        // Drawings, the editor and the rules come when a page wants them: a phone in the village does not.
        globIgnores: ['**/{flow-chart,chart,plots,source-editor,src}-*.js'],
        runtimeCaching: [],
      },
    }),
  ],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    chunkSizeWarningLimit: 700,
  },
  server: { port: 5173, strictPort: false, ...(mocked ? {} : { proxy: { '/api': server } }) },
});
