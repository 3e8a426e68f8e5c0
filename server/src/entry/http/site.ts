import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import files from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** The built desk. */
export const WEB_DIST = fileURLToPath(new URL('../../../../web/dist', import.meta.url));

/** Serves the built desk; a path that is no file opens the page, which knows its own addresses. */
export async function site(app: FastifyInstance, root: string): Promise<void> {
  const built = existsSync(join(root, 'index.html'));
  if (built) {
    await app.register(files, {
      root,
      wildcard: false,
      cacheControl: false,
      setHeaders(reply, path: string) {
        // Built assets carry their hash in the name; the page and the service worker must be asked for again.
        reply.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }
  app.setNotFoundHandler(async (request, reply) => {
    const page = request.method === 'GET' && !request.url.startsWith('/api/') && !/\.\w+(\?|$)/.test(request.url);
    if (page && built) return await reply.sendFile('index.html');
    if (page)
      return await reply
        .code(503)
        .type('text/plain; charset=utf-8')
        .send('网页还没有构建。请在项目目录运行 npm run build -w web，再刷新本页。\n');
    return await reply.code(404).send({ code: 'no-such-address', message: '没有这个地址', cure: '请从首页重新进入' });
  });
}
