module.exports = name => `hello from ${name}`;
