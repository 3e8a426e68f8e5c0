import { simulateRequest, traceRequest } from '../../modules/assessment/batch.ts';
import { intakeRequests } from '../../modules/intake/batch.ts';
import { divisionCodes } from '../../modules/registry/batch.ts';
import type { RequestKind } from '../../platform/jobs/request-kind.ts';

/** Every kind of long work that the desk may ask for, by the module that does it. */
export const REQUEST_KINDS: readonly RequestKind[] = [simulateRequest, traceRequest, ...intakeRequests(divisionCodes)];
