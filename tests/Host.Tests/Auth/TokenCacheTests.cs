using System.Text.Json.Nodes;
using Nems.Api;
using Nems.Api.Tokens;
using Nems.Core.Registry;

namespace Nems.Host.Tests.Auth;

public sealed class TokenCacheTests : IDisposable
{
    private readonly Gate gate = new();

    public void Dispose() => gate.Dispose();

    [Fact]
    public async Task A_known_token_gets_the_same_answer_without_being_read_again()
    {
        var first = await gate.AskAsync(ACall.Spine());
        var second = await gate.AskAsync(ACall.Spine());

        Assert.Equal(1, gate.Cache.Count);
        Assert.Same(first.Caller, second.Caller);
        Assert.Equal(first.InteractionId, second.InteractionId);
        Assert.Empty(second.Problems);
    }

    [Fact]
    public async Task A_known_token_ends_when_a_new_one_would()
    {
        await gate.AskAsync(ACall.Spine());
        gate.Clock.Advance(TimeSpan.FromSeconds(360));
        var atTheEnd = await gate.AskAsync(ACall.Spine());
        gate.Clock.Advance(TimeSpan.FromSeconds(1));
        var after = await gate.AskAsync(ACall.Spine());

        Assert.NotNull(atTheEnd.Caller);
        Assert.Equal("The JWT associated with the Authorisation header has expired", Assert.Single(after.Problems).Diagnostics);
    }

    [Fact]
    public async Task A_known_token_is_judged_anew_when_the_registry_changed()
    {
        await gate.AskAsync(ACall.Spine());
        gate.Registry.Current = Gate.SnapshotOf(system => system["organisations"] = new JsonArray("RR8"), version: 2);

        var check = await gate.AskAsync(ACall.Spine());

        Assert.Contains(check.Problems, problem => problem.Diagnostics == "The ODS code defined in the requesting_organisation is unknown");
    }

    [Theory]
    [InlineData("fromASID", "200000000307", "The ASID defined in the requesting_system does not match the FromASID in the request")]
    [InlineData("toASID", "200000000307", "toASID is neither the ASID of this service nor that of the caller")]
    public async Task A_known_token_is_held_against_the_headers_of_each_call(string header, string value, string diagnostics)
    {
        await gate.AskAsync(ACall.Spine());
        var context = ACall.With(ACall.Spine());
        context.Request.Headers[header] = value;

        var check = await gate.AskAsync(context);

        Assert.Equal(diagnostics, Assert.Single(check.Problems).Diagnostics);
    }

    [Fact]
    public async Task A_known_token_is_held_against_the_scope_of_each_call()
    {
        var token = ACall.Spine(ACall.Claims("scope", "\"patient/Subscription.write\""));
        await gate.AskAsync(token);

        var check = await gate.AskAsync(ACall.With(token, "urn:nhs:names:services:events:Newbornhearing.Write"), CallKind.Publish);

        Assert.Equal("Required scopes not found in token (patient/Bundle.write)", Assert.Single(check.Problems).Diagnostics);
    }

    [Fact]
    public async Task A_token_of_a_refused_call_is_not_kept()
    {
        var context = ACall.With(ACall.Spine());
        context.Request.Headers.Remove("toASID");

        await gate.AskAsync(context);

        Assert.Equal(0, gate.Cache.Count);
    }

    [Fact]
    public void However_many_tokens_come_a_bounded_number_is_kept_and_a_used_one_stays()
    {
        var cache = new TokenCache(gate.Clock);
        Assert.True(gate.Registry.Current.TrySystem(ACall.Asid, out var system));
        var token = new ProvenToken(new Caller(system, "T8T9T"), TokenScopes.None, ACall.Now, RegistryVersion: 1, SingleUseId: null);
        var used = TokenHash.Of("used");
        cache.Add(used, token);

        for (var index = 0; index < 50_000; index++)
        {
            cache.Add(new TokenHash((UInt128)index, (UInt128)index), token);
            if (index % 1000 == 0) Assert.True(cache.TryGet(used, 1, out _));
        }

        Assert.InRange(cache.Count, 1, TokenCache.Capacity);
    }

    [Fact]
    public async Task A_known_token_costs_no_garbage()
    {
        var context = ACall.With(ACall.Spine());
        await gate.AskAsync(context);
        for (var index = 0; index < 200; index++) await gate.AskAsync(context);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var index = 0; index < 1000; index++) Assert.True(gate.AskNow(context).Problems.Count == 0);
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / 1000;

        Assert.InRange(each, 0, 16);
    }

    [Fact]
    public void A_long_token_and_a_short_one_are_told_apart_by_every_character()
    {
        var text = new string('a', 6000);

        Assert.NotEqual(TokenHash.Of(text), TokenHash.Of(text + "a"));
        Assert.Equal(TokenHash.Of(text), TokenHash.Of(new string('a', 6000)));
        Assert.NotEqual(TokenHash.Of("é"), TokenHash.Of("?"));
    }
}
