using Nems.Testing;

namespace Nems.Contract.Tests;

/// <summary>A token id is good for one use.</summary>
public abstract class UsedTokensContract(Backend backend) : ContractTest(backend)
{
    [Fact]
    public async Task A_token_is_used_once_in_a_race_of_50()
    {
        var uses = await RaceAsync(50, _ => UseAsync("200000000161", "jti-1"));

        Assert.Single(uses, isFirst => isFirst);
    }

    [Fact]
    public async Task A_used_token_stays_used_over_a_restart()
    {
        await UseAsync("200000000161", "jti-1");

        await Backend.RestartAsync();

        Assert.False(await UseAsync("200000000161", "jti-1"));
        Assert.True(await UseAsync("200000000161", "jti-2"));
    }

    [Fact]
    public async Task A_used_token_stays_used_until_it_expires_whatever_else_is_used()
    {
        await UseAsync("200000000161", "jti-1");
        for (var index = 0; index < 20; index++) await UseAsync("200000000161", $"short-{index}", TimeSpan.FromSeconds(1));

        Backend.Clock.Advance(TimeSpan.FromMinutes(4));
        for (var index = 0; index < 20; index++) await UseAsync("200000000161", $"later-{index}");

        Assert.False(await UseAsync("200000000161", "jti-1"));
    }

    [Fact]
    public async Task The_same_id_of_another_system_is_another_token()
    {
        Assert.True(await UseAsync("200000000161", "jti-1"));
        Assert.True(await UseAsync("200000000205", "jti-1"));
    }

    private Task<bool> UseAsync(string asid, string id, TimeSpan? life = null) =>
        Backend.UsedTokens.TryUseAsync(asid, id, Now + (life ?? TimeSpan.FromMinutes(5)), Cancel);
}
