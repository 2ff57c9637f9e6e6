using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Nems.Api.Tokens;
using Nems.Core.Ports;
using Nems.Core.Problems;
using Nems.Core.Registry;
using Nems.Hosting;

namespace Nems.Api;

/// <summary>
/// Finds out who is calling (design decisions 3.9, 3.10): headers, token, and what the connection proves. A refusal carries
/// every fault found at once and quotes nothing that was sent. What the caller may then do is asked elsewhere.
/// </summary>
internal sealed partial class Callers(
    IRegistry registry,
    IUsedTokens used,
    SignedToken signed,
    TokenCache cache,
    PeerTrust peers,
    RefusedCalls refused,
    TimeProvider clock,
    IOptions<AuthOptions> options,
    IHostEnvironment environment,
    ILogger<Callers> log)
{
    private static readonly TimeSpan UsualLife = TimeSpan.FromMinutes(5);

    private readonly TokenScheme scheme = options.Value.Scheme
        ?? (environment.IsDevelopment() ? TokenScheme.Spine : throw new StartRefusedException("The service cannot start:", ["Nems:Auth:Scheme is required"]));

    // One warning for each system, not for each token; only registered ASIDs come in here.
    private readonly ConcurrentDictionary<string, bool> longLived = new(StringComparer.Ordinal);

    /// <summary>
    /// Who is calling, or why not. A token that may be used once is used up by this, and only when everything else is right.
    /// </summary>
    public ValueTask<CallerCheck> IdentifyAsync(HttpContext context, CallKind call, CancellationToken cancel)
    {
        var areOptional = call == CallKind.PublishR4 || context.Request.Path.StartsWithSegments("/R4", StringComparison.OrdinalIgnoreCase);
        var headers = CallHeaders.Read(context.Request, call, areOptional);
        var snapshot = registry.Current;
        if (!BearerToken.TryRead(context.Request.Headers.Authorization, out var token, out var fault))
            return new(Refuse([.. headers.Faults, fault]));

        var hash = TokenHash.Of(token.Span);
        return cache.TryGet(hash, snapshot.Version, out var known)
            ? new(Conclude(context, call, headers, snapshot, TokenCheck.Accepted(known)))
            : CheckAsync(context, call, headers, snapshot, token, hash, cancel);
    }

    private async ValueTask<CallerCheck> CheckAsync(
        HttpContext context, CallKind call, CallHeaders headers, RegistrySnapshot snapshot,
        ReadOnlyMemory<char> token, TokenHash hash, CancellationToken cancel)
    {
        var check = scheme switch
        {
            TokenScheme.Spine => CheckSpine(token.Span, snapshot),
            TokenScheme.Signed => await signed.CheckAsync(token.ToString(), snapshot, cancel),
        };
        var answer = Conclude(context, call, headers, snapshot, check);
        if (answer.Caller is null || check.Proven is not { } proven) return answer;

        if (proven.SingleUseId is not { } id)
        {
            cache.Add(hash, proven);
            return answer;
        }

        return await used.TryUseAsync(proven.Caller.System.Asid, id, proven.GoodThrough, cancel)
            ? answer
            : Refuse([new Problem(SpineCode.AuthorCredentialsError, "The JWT was used before")]);
    }

    private TokenCheck CheckSpine(ReadOnlySpan<char> token, RegistrySnapshot snapshot)
    {
        var check = SpineToken.Check(token, snapshot, clock.GetUtcNow(), out var life);
        if (check.Proven is { } proven && life > UsualLife && longLived.TryAdd(proven.Caller.System.Asid, true))
            LogLongLived(proven.Caller.System.Asid, life);
        return check;
    }

    /// <summary>Holds the token against the request around it: on every request, whether the token is known or new.</summary>
    private CallerCheck Conclude(HttpContext context, CallKind call, in CallHeaders headers, RegistrySnapshot snapshot, in TokenCheck check)
    {
        var isFrom = check.Asid is null || headers.IsFrom(check.Asid);
        var isScoped = check.Scopes is not { } scopes || (scopes & call.Scopes) != 0;
        var isAddressed = headers.IsAddressedTo(snapshot.NemsAsid, check.Asid);
        var isTrusted = scheme != TokenScheme.Spine || check.System is null || peers.Trusts(context.Connection, check.System);
        if (check.Proven is { } proven && headers.Faults.Count == 0 && isFrom && isScoped && isAddressed && isTrusted)
            return new CallerCheck(proven.Caller, headers.InteractionId, []);

        List<Problem> problems = [.. headers.Faults, .. check.Problems];
        if (!isFrom) Add(SpineCode.InvalidToken, "The ASID defined in the requesting_system does not match the FromASID in the request");
        if (!isScoped) Add(SpineCode.InvalidToken, call.MissingScope);
        if (!isAddressed) Add(SpineCode.AsidCheckFailed, "toASID is neither the ASID of this service nor that of the caller");
        if (!isTrusted) Add(SpineCode.AsidCheckFailed, "The connection has no client certificate that is bound to the ASID of the caller");
        return Refuse(problems);

        void Add(SpineCode code, string diagnostics) => problems.Add(new Problem(code, diagnostics));
    }

    private CallerCheck Refuse(IReadOnlyList<Problem> problems)
    {
        refused.Count(problems);
        return new CallerCheck(null, null, problems);
    }

    [LoggerMessage(EventId = 5203, EventName = "token.long-lived", Level = LogLevel.Warning,
        Message = "The tokens of {Asid} live {Life}, the specification says five minutes")]
    private partial void LogLongLived(string asid, TimeSpan life);
}
