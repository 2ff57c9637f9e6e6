using System.Security.Cryptography;
using Nems.Core.Ports;
using Nems.Testing;

namespace Nems.Contract.Tests;

/// <summary>The secrets of an endpoint: one at first, two while a rotation overlaps.</summary>
public abstract class EndpointSecretsContract(Backend backend) : ContractTest(backend)
{
    private const string Organisation = "T8T9T";
    private const string Endpoint = "https://hooks.example.nhs.uk/hook";

    [Fact]
    public async Task Of_candidates_in_a_race_one_wins_and_is_kept()
    {
        var candidates = Enumerable.Range(0, 50).Select(_ => SomeSecret()).ToArray();

        var won = await RaceAsync(50, index => CreateAsync(candidates[index]));

        var winner = candidates[Assert.Single(won.Index(), candidate => candidate.Item).Index];
        await IsAsync(winner);
        await Backend.RestartAsync();
        await IsAsync(winner);
    }

    [Fact]
    public async Task There_is_none_before_one_was_made()
    {
        Assert.Null(await ReadAsync());

        await CreateAsync(SomeSecret());

        Assert.NotNull(await ReadAsync());
        Assert.Null(await Backend.Secrets.ReadAsync("RR8", Endpoint, Cancel));
        Assert.Null(await Backend.Secrets.ReadAsync(Organisation, Endpoint + "/other", Cancel));
    }

    [Fact]
    public async Task A_rotation_keeps_the_old_secret_until_its_end_also_over_a_restart()
    {
        byte[] first = SomeSecret(), second = SomeSecret();
        await CreateAsync(first);
        Assert.NotNull(await ReadAsync());

        await RotateAsync(second, Now.AddHours(24));
        await IsAsync(second, first, Now.AddHours(24));
        await Backend.RestartAsync();

        await IsAsync(second, first, Now.AddHours(24));
    }

    [Fact]
    public async Task The_same_secret_again_changes_nothing()
    {
        byte[] first = SomeSecret(), second = SomeSecret();
        await CreateAsync(first);
        await RotateAsync(second, Now.AddHours(24));

        await RotateAsync(second, Now.AddHours(48));
        var createdAgain = await CreateAsync(SomeSecret());

        Assert.False(createdAgain);
        await IsAsync(second, first, Now.AddHours(24));
    }

    [Fact]
    public async Task A_second_rotation_lets_the_oldest_go()
    {
        byte[] first = SomeSecret(), second = SomeSecret(), third = SomeSecret();
        await CreateAsync(first);

        await RotateAsync(second, Now.AddHours(24));
        await RotateAsync(third, Now.AddHours(30));

        await IsAsync(third, second, Now.AddHours(30));
    }

    [Fact]
    public async Task A_rotation_where_none_was_makes_the_first()
    {
        var secret = SomeSecret();

        await RotateAsync(secret, Now.AddHours(24));

        await IsAsync(secret);
    }

    [Fact]
    public async Task Secrets_do_not_print_themselves()
    {
        await CreateAsync(SomeSecret());

        Assert.Equal("(endpoint secrets)", (await ReadAsync())!.ToString());
    }

    private static byte[] SomeSecret() => RandomNumberGenerator.GetBytes(32);

    private ValueTask<EndpointSecrets?> ReadAsync() => Backend.Secrets.ReadAsync(Organisation, Endpoint, Cancel);

    private Task<bool> CreateAsync(byte[] candidate) => Backend.Secrets.CreateIfAbsentAsync(Organisation, Endpoint, candidate, Cancel);

    private Task RotateAsync(byte[] secret, DateTimeOffset until) => Backend.Secrets.RotateAsync(Organisation, Endpoint, secret, until, Cancel);

    private async Task IsAsync(byte[] current, byte[]? previous = null, DateTimeOffset? until = null)
    {
        var held = await ReadAsync();
        Assert.NotNull(held);
        Assert.Equal(current, held.Current.ToArray());
        Assert.Equal(previous, held.Previous?.ToArray());
        Assert.Equal(until, held.PreviousUntil);
    }
}
