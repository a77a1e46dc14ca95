// Loaded for what it does; the compiler takes `main.ts`, the link, for TypeScript and asks what this exports.
export {}
