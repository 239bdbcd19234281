import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../access/access.decorator';
import { PROBLEM_CODES, PROBLEMS, type ProblemCode } from './problem-codes';
import { ProblemException } from './problem.exception';

/** The pages that the `type` of a problem links to. */
@ApiExcludeController()
@Public()
@Controller('docs/problems')
export class ProblemsController {
  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  list(): string {
    return page('Problems', PROBLEM_CODES.map(section).join('\n'));
  }

  @Get(':code')
  @Header('Content-Type', 'text/html; charset=utf-8')
  show(@Param('code') code: string): string {
    if (!isProblemCode(code)) throw new ProblemException('not_found');
    return page(code, section(code));
  }
}

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}

function section(code: ProblemCode): string {
  const { status, title, meaning, repeatable } = PROBLEMS[code];
  return `<h2>${code}</h2>
<p><strong>${status} ${title}.</strong> ${meaning}</p>
<p>The same request may be sent again: ${repeatable ? 'yes' : 'no'}.</p>`;
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title></head>
<body>
${content}
<p><a href="/docs">API documentation</a></p>
</body>
</html>
`;
}
