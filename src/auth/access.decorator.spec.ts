import { Controller, Get } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import {
  AdminAccess,
  IngestAccess,
  Public,
  ReadAccess,
} from './access.decorator';

@Controller()
class Routes {
  @Public()
  @Get('public')
  public() {}
  @IngestAccess()
  @Get('ingest')
  ingest() {}
  @ReadAccess()
  @Get('read')
  read() {}
  @AdminAccess()
  @Get('admin')
  admin() {}
}

describe('what a route needs', () => {
  it.each([
    ['public', undefined],
    ['ingest', ['apikey', 'x-api-key', 'bearer']],
    ['read', ['bearer']],
    ['admin', ['bearer']],
  ])('is documented of one that is %s: %j', async (route, schemes) => {
    const module = await Test.createTestingModule({
      controllers: [Routes],
    }).compile();
    const app = module.createNestApplication();
    await app.init();
    const { paths } = SwaggerModule.createDocument(
      app,
      new DocumentBuilder().build(),
    );
    await app.close();
    const security = paths[`/${route}`].get!.security;
    expect(security?.flatMap(Object.keys).toSorted()).toEqual(
      schemes?.toSorted(),
    );
  });
});
