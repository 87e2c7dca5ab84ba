console.log(require("greet")(process.env.NODE_ENV));
