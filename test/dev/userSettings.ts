/** Settings that every window of ours begins with: nothing of the editor's own in the way, and the desktop's defaults. */
export const plainSettings: Readonly<Record<string, unknown>> = {
  'chat.disableAIFeatures': true,
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  // The web build saves after a delay by default, the desktop never does.
  'files.autoSave': 'off',
};

/** Settings of the windows that tests run in. */
export const testSettings: Readonly<Record<string, unknown>> = {
  ...plainSettings,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
};

/** Settings of `npm start`: the user's own settings name the test command, which is its confirmation. */
export const startSettings: Readonly<Record<string, unknown>> = {
  ...plainSettings,
  'whetstone.testCommand': ['npm', 'test'],
};
