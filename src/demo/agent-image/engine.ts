import type Docker from 'dockerode'
import { Readable } from 'node:stream'

/** The little of a container engine that the image needs. */
export interface ImageEngine {
  /** As images name it: `amd64`, `arm64`. */
  architecture(): Promise<string>
  has(reference: string): Promise<boolean>
  /** Tags of the images that are there. */
  tags(): Promise<readonly string[]>
  /** Rejects with the engine's words. */
  build(context: Buffer, tag: string): Promise<void>
  pull(reference: string): Promise<void>
  /** Runs a shell command in a container of the image without network; true if it went well. */
  succeeds(image: string, command: string): Promise<boolean>
  remove(reference: string): Promise<void>
}

/** `labels` go on the containers that look into images, so that a sweep finds them if this process dies. */
export function dockerImageEngine(docker: Docker, labels: Readonly<Record<string, string>>): ImageEngine {
  function follow(stream: NodeJS.ReadableStream): Promise<void> {
    return new Promise((resolve, reject) => {
      docker.modem.followProgress(stream, (failure: Error | null, output: readonly { readonly error?: string }[]) => {
        const error = failure ?? output.find((line) => line.error !== undefined)?.error
        if (error) reject(error instanceof Error ? error : new Error(error))
        else resolve()
      })
    })
  }

  return {
    architecture: async () => (await docker.version()).Arch,
    async has(reference) {
      const images = await docker.listImages({ filters: JSON.stringify({ reference: [reference] }) })
      return images.length > 0
    },
    tags: async () => (await docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []),
    async build(context, tag) {
      await follow(await docker.buildImage(Readable.from([context]), { t: tag, rm: true, forcerm: true }))
    },
    async pull(reference) {
      await follow(await docker.pull(reference))
    },
    async succeeds(image, command) {
      const container = await docker.createContainer({
        Image: image,
        Entrypoint: ['/bin/sh', '-c', command],
        Labels: { ...labels },
        HostConfig: { NetworkMode: 'none' },
      })
      try {
        await container.start()
        const { StatusCode } = (await container.wait()) as { readonly StatusCode: number }
        return StatusCode === 0
      } catch {
        // An image without a shell can't be started.
        return false
      } finally {
        await container.remove({ force: true })
      }
    },
    async remove(reference) {
      await docker.getImage(reference).remove({ force: true })
    },
  }
}
