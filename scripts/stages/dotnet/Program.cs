System.Console.WriteLine($"{System.Environment.GetEnvironmentVariable("GREETING")} .NET");
