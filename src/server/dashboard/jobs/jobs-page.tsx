import { useLocation } from 'preact-iso'
import { useCallback, useState } from 'preact/hooks'
import type { JobPage as Page } from '../../../domain/ports/operations.ts'
import { useLoad } from '../data/use-load.ts'
import { PageTitle } from '../parts/page.tsx'
import { Answer, Empty } from '../parts/states.tsx'
import { JobsTable } from './jobs-table.tsx'
import { SearchForm, type JobSearch } from './search-form.tsx'

const PAGE = 50
const EVERY_MS = 3000

export function JobsPage() {
  const { query, route } = useLocation()
  const [count, setCount] = useState(PAGE)
  const current: JobSearch = { search: query['search'] ?? '', state: query['state'] ?? '' }
  const asked = new URLSearchParams(filled({ ...current, limit: String(count) })).toString()
  const jobs = useLoad(asked, (api, signal) => api.get<Page>(`/jobs?${asked}`, signal), {
    everyMs: EVERY_MS,
    keeps: true,
  })
  const change = useCallback(
    (next: JobSearch) => {
      const wanted = new URLSearchParams(filled({ ...next })).toString()
      route(wanted === '' ? '/jobs' : `/jobs?${wanted}`, true)
    },
    [route],
  )

  return (
    <>
      <PageTitle title="Jobs">
        <div class="end">
          <SearchForm current={current} onChange={change} />
        </div>
      </PageTitle>
      <div class="panel">
        <Answer of={jobs} what="the jobs">
          {({ jobs: found, next }) =>
            found.length === 0 ? (
              <NoJobs searched={current.search !== '' || current.state !== ''} />
            ) : (
              <>
                <JobsTable jobs={found} />
                {next !== undefined && count < 1000 && (
                  <p class="more">
                    <button type="button" class="button" onClick={() => setCount(Math.min(1000, count * 2))}>
                      Older ones
                    </button>
                  </p>
                )}
              </>
            )
          }
        </Answer>
      </div>
    </>
  )
}

function filled(params: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== ''))
}

function NoJobs({ searched }: { readonly searched: boolean }) {
  if (searched)
    return (
      <Empty title="No job is like that.">
        <a href="/jobs">All jobs</a>
      </Empty>
    )
  return (
    <Empty title="No job has come yet.">
      <p>Point a webhook of your CI here, or push one:</p>
      <pre>
        curl $URL/api/v1/jobs -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -d '&#123;"pool":
        "linux", …&#125;'
      </pre>
    </Empty>
  )
}
