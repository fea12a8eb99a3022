#!/usr/bin/env node
const { main } = require('../dist/main.js');
main(process).then((code) => Object.assign(process, { exitCode: code }));
