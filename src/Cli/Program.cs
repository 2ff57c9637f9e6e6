using Nems.Cli;

return await CommandLine.RunAsync(args, TimeProvider.System, CancellationToken.None);
