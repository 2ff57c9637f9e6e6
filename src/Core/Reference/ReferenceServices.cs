using Microsoft.Extensions.DependencyInjection;

namespace Nems.Core.Reference;

/// <summary>Registers what the reference use cases need beside the ports: handlers come by the mediator.</summary>
internal static class ReferenceServices
{
    internal static IServiceCollection AddReference(this IServiceCollection services) => services.AddSingleton<ReferenceImports>();
}
