#!/usr/bin/env node
const { program } = require('../dist/start.js').loadProgram();
program.main(process).then((code) => Object.assign(process, { exitCode: code }));
