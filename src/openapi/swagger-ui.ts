import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StaticAsset } from '../http/static-asset';

const DIRECTORY = dirname(require.resolve('swagger-ui-dist/package.json'));
const JAVASCRIPT = 'text/javascript; charset=utf-8';

/** What the page needs of the package, and the Content-Type of each file. */
const FILES = {
  'swagger-ui-bundle.js': JAVASCRIPT,
  'swagger-ui.css': 'text/css; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** Absolute addresses, because the page is at /docs and at /docs/; no script in it, because the security policy allows none. */
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Install postbacks</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body style="margin: 0">
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/swagger-initializer.js"></script>
</body>
</html>
`;

/** A key stays in the page only until it is closed. */
const INITIALIZER = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  persistAuthorization: false,
});
`;

/** Swagger UI for the document at /openapi.json, by the paths of its files. */
export async function prepareSwaggerUi(): Promise<[string, StaticAsset][]> {
  return Promise.all([
    prepare('/docs', PAGE, 'text/html; charset=utf-8'),
    prepare('/docs/swagger-initializer.js', INITIALIZER, JAVASCRIPT),
    ...Object.entries(FILES).map(async ([name, type]) =>
      prepare(`/docs/${name}`, await readFile(join(DIRECTORY, name)), type),
    ),
  ]);
}

async function prepare(
  path: string,
  content: string | Buffer,
  type: string,
): Promise<[string, StaticAsset]> {
  return [path, await StaticAsset.prepare(content, type)];
}
