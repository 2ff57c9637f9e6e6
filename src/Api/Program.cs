using Nems.Api;

return await NemsApi.RunAsync(args, CancellationToken.None);
