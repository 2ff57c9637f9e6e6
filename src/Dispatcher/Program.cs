using Nems.Dispatcher;

return await NemsDispatcher.RunAsync(args, CancellationToken.None);
