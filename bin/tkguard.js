#!/usr/bin/env node
// Node 22 and later keep the compiled program in their own cache folder.
require('node:module').enableCompileCache?.();
const { main } = require('../dist/main.js');
main(process).then((code) => Object.assign(process, { exitCode: code }));
