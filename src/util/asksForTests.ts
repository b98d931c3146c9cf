const wish =
  /^\s*(?:please\s+)?(?:write|add|create|generate)\s+(?:(?:some|the|a few|new|missing|more|unit|regression|characteri[sz]ation)\s+)*tests?\b\s*(?:$|[.,;:!\n]|(?:for|of|that|to|around|covering|which|pinning|first|in)\b)/i;

/** True for a sentence that asks for tests and nothing else; whoever works on it may then write them. */
export function asksForTests(goal: string): boolean {
  return wish.test(goal);
}
