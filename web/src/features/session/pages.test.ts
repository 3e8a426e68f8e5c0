import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Role, routes } from '@doudi/contracts';
import { homeOf, pages, pagesOf } from './pages.ts';

test('a page is offered to exactly the roles whose contract answers it', () => {
  for (const page of pages) assert.deepEqual([...page.roles].sort(), [...routes[page.route].roles].sort(), page.path);
});

test('every role starts on a page that it may open', () => {
  for (const role of Role.options) {
    const [path] = homeOf(role).split('?');
    assert.ok(
      pagesOf(role).some((page) => page.path === path),
      role,
    );
  }
});

test('no administrator sees leads or households', () => {
  for (const role of Role.options.filter((one) => one.endsWith('administrator'))) {
    const paths = pagesOf(role).map((page) => page.path);
    assert.deepEqual(
      paths.filter((path) => ['/leads', '/households', '/month'].includes(path)),
      [],
      role,
    );
  }
});
