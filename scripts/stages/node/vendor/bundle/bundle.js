#!/usr/bin/env node
const fs = require('fs'), path = require('path');
const [from, to] = process.argv.slice(2);
fs.mkdirSync(path.dirname(to), { recursive: true });
fs.writeFileSync(to, '// bundled\n' + fs.readFileSync(from));
