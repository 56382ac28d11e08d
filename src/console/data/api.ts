/** The HTTP API of the server that the page came from; lists that live come over the websocket. */
import { DEFAULT_SPACE } from '../../domain/ids.ts';
import type {
  ClusterDetail,
  FacetShares,
  FacetValue,
  HierarchyNode,
  Pulse,
  SpaceView,
} from '../../domain/view.ts';

const TIMEOUT_MS = 15_000;

export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ApiError';
    /** 0: the server was not reached */
    this.status = status;
  }
}

export type Api = {
  /** The same, asking of another cluster space. */
  within(space: string): Api;
  spaces(): Promise<readonly SpaceView[]>;
  hierarchy(): Promise<readonly HierarchyNode[]>;
  pulse(): Promise<Pulse>;
  /** null: only which values there are. */
  facetShares(asked: FacetValue | null): Promise<FacetShares>;
  /** null: no such cluster, or no more. */
  cluster(id: string): Promise<ClusterDetail | null>;
  acknowledge(alertId: string, note: string): Promise<void>;
  /** @param until wall-clock ms */
  silence(clusterId: string, until: number, note: string): Promise<void>;
  endSilence(clusterId: string): Promise<void>;
};

/**
 * @param base address of the folder the page is in; `token` null when none is needed. All methods throw ApiError.
 * @param space that lists are asked of
 */
export function createApi(base: string, token: string | null, space: string = DEFAULT_SPACE): Api {
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    if (token !== null) headers.set('authorization', `Bearer ${token}`);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(new URL(path, base), { ...init, headers, signal }).catch(
      (cause: unknown) => {
        throw new ApiError(0, 'the server cannot be reached', { cause });
      },
    );
    if (!response.ok) throw new ApiError(response.status, await problemOf(response));
    return response;
  };
  return {
    within: (other) => createApi(base, token, other),
    async spaces() {
      const response = await ask('v1/spaces');
      const body: { spaces: SpaceView[] } = await response.json();
      return body.spaces;
    },
    async hierarchy() {
      const response = await ask(`v1/hierarchy?${new URLSearchParams({ space })}`);
      const body: { hierarchy: HierarchyNode[] } = await response.json();
      return body.hierarchy;
    },
    async pulse() {
      const response = await ask('v1/pulse');
      return response.json();
    },
    async facetShares(asked) {
      const query = new URLSearchParams({
        space,
        ...(asked === null ? {} : { facet: asked.facet, value: asked.value }),
      });
      const response = await ask(`v1/facet-shares?${query}`);
      return response.json();
    },
    async cluster(id) {
      try {
        const response = await ask(`v1/clusters/${encodeURIComponent(id)}`);
        const body: ClusterDetail = await response.json();
        return body;
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }
    },
    async acknowledge(alertId, note) {
      await ask(`v1/alerts/${encodeURIComponent(alertId)}/acknowledge`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(note === '' ? {} : { note }),
      });
    },
    async silence(clusterId, until, note) {
      await ask(`v1/clusters/${encodeURIComponent(clusterId)}/silence`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          until: new Date(until).toISOString(),
          ...(note === '' ? {} : { note }),
        }),
      });
    },
    async endSilence(clusterId) {
      await ask(`v1/clusters/${encodeURIComponent(clusterId)}/silence`, { method: 'DELETE' });
    },
  };
}

/** What the server says went wrong. */
async function problemOf(response: Response): Promise<string> {
  try {
    const body: { error?: { message?: string } } = await response.json();
    return body.error?.message ?? response.statusText;
  } catch {
    // A proxy in between answers in its own words.
    return `${response.status} ${response.statusText}`.trim();
  }
}
