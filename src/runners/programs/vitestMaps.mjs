// A reporter that stands beside the one whose results are read: vitest's maps from what ran to what was written stay in its server.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
const { WHETSTONE_COVERAGE: folder, WHETSTONE_COVERAGE_ROOT: root } = process.env;

export default class {
  onInit(vitest) {
    this.vitest = vitest;
  }
  onTestRunEnd() {
    this.write();
  }
  onFinished() {
    this.write();
  }
  write() {
    if (this.isDone || !folder || !root) return;
    this.isDone = true;
    try {
      const servers = new Set([this.vitest.vite ?? this.vitest.server]);
      for (const project of this.vitest.projects ?? []) servers.add(project.vite ?? project.server);
      const modules = [...servers]
        .flatMap(modulesOf)
        .filter(({ path }) => path.startsWith(root) && !path.includes('/node_modules/'));
      writeFileSync(join(folder, 'maps-' + process.pid + '.json'), JSON.stringify(modules));
    } catch {}
  }
}

function modulesOf(server) {
  const graphs = Object.values(server?.environments ?? {}).map((environment) => environment.moduleGraph);
  if (graphs.length === 0 && server?.moduleGraph !== undefined) graphs.push(server.moduleGraph);
  return graphs
    .flatMap((graph) => [...(graph?.idToModuleMap?.values() ?? [])])
    .flatMap((module) =>
      [module.transformResult, module.ssrTransformResult].flatMap((result) =>
        module.file && result?.map?.mappings ? [{ path: module.file, code: result.code, map: result.map }] : [],
      ),
    );
}
