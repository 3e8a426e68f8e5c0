import type { RouteServices, RoutesOf } from '../../platform/route.ts';
import { coverageOf, coveredHouseholds } from './queries/coverage.ts';
import { policySources } from './queries/policy-sources.ts';
import {
  askSimulation,
  listSimulations,
  simulatedPeriods,
  simulationChanges,
  simulationCsv,
  simulationOf,
} from './queries/simulations.ts';
import { askTrace, traceOf } from './queries/traces.ts';

type Keys =
  | 'GET /api/policies/sources'
  | 'GET /api/policies/coverage'
  | 'GET /api/policies/:programme/households'
  | 'POST /api/decisions/:id/trace'
  | 'GET /api/traces/:id'
  | 'GET /api/simulations'
  | 'POST /api/simulations'
  | 'GET /api/simulations/:id'
  | 'GET /api/simulations/:id/changes'
  | 'GET /api/simulations/:id/export';

/** Programmes and whom they cover, why a decision came out so, and what a change of the rules would do. */
export function assessmentRoutes({ bundle }: RouteServices): RoutesOf<Keys> {
  return {
    'GET /api/policies/sources': {
      purpose: '查看政策规则',
      handle: ({ tx }) => policySources(tx, bundle),
    },
    'GET /api/policies/coverage': {
      purpose: '查看项目覆盖',
      handle: ({ tx }) => coverageOf(tx),
    },
    'GET /api/policies/:programme/households': {
      purpose: '查看项目覆盖的家庭',
      audit: ({ params }, answer) => ({
        action: 'coverage.list',
        object: `programme/${params.programme}`,
        details: { shown: answer.households.length },
      }),
      handle: ({ tx, params, query }) => coveredHouseholds(tx, params.programme, query),
    },
    'POST /api/decisions/:id/trace': {
      purpose: '查看测算依据',
      handle: ({ tx, params }) => askTrace(tx, params.id),
    },
    'GET /api/traces/:id': {
      purpose: '查看测算依据',
      handle: ({ tx, params }) => traceOf(tx, params.id),
    },
    'GET /api/simulations': {
      purpose: '查看本人的试算',
      handle: async ({ tx }) => ({ periods: await simulatedPeriods(tx), simulations: await listSimulations(tx) }),
    },
    'POST /api/simulations': {
      purpose: '提交政策试算',
      handle: ({ tx, body }) => askSimulation(tx, body),
    },
    'GET /api/simulations/:id': {
      purpose: '查看试算结果',
      handle: ({ tx, params }) => simulationOf(tx, params.id),
    },
    'GET /api/simulations/:id/changes': {
      purpose: '查看试算涉及的家庭',
      audit: ({ params }, answer) => ({
        action: 'simulation.list',
        object: `request/${params.id}`,
        details: { shown: answer.changes.length },
      }),
      handle: ({ tx, params, query }) => simulationChanges(tx, params.id, query),
    },
    'GET /api/simulations/:id/export': {
      purpose: '下载试算结果',
      audit: ({ params }) => ({ action: 'simulation.export', object: `request/${params.id}` }),
      handle: async ({ tx, params }) => ({ csv: await simulationCsv(tx, params.id) }),
    },
  };
}
