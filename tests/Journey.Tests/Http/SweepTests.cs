using System.Text;

namespace Nems.Journey.Tests.Http;

/// <summary>Whatever comes in, it is answered: never a 500, never a hang (design 6).</summary>
public sealed class SweepTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private const int Requests = 100;
    private static readonly string[] Kinds = ["publish", "publish R4", "create", "read", "delete"];

    [Theory]
    [InlineData("publish", 1)]
    [InlineData("publish R4", 2)]
    [InlineData("create", 3)]
    [InlineData("read", 4)]
    [InlineData("delete", 5)]
    public async Task A_mutated_request_gets_an_answer_and_the_service_serves_on(string kind, int seed)
    {
        var chance = new Random(seed);
        var wrong = new List<string>();
        for (var number = 0; number < Requests; number++)
        {
            var request = Mutated(kind, chance);
            var answer = await RawHttp.SendAsync(service.Address, request, thenEnd: true);
            if (answer is { Status: not (>= 200 and < 500 or 501 or 505) }) wrong.Add($"{number}: {answer.Status} for {Encoding.Latin1.GetString(request, 0, Math.Min(400, request.Length))}");
        }

        Assert.Empty(wrong);
        foreach (var other in Kinds.Where(other => other != "create"))
            Assert.Contains((await ACall.Of(other).SendAsync(service.Address)).Status, new[] { 202, 404 });
    }

    private static byte[] Mutated(string kind, Random chance)
    {
        var call = ACall.Of(kind).Claim("jti", chance.Next().ToString("x", System.Globalization.CultureInfo.InvariantCulture));
        var how = chance.Next(6);
        switch (how)
        {
            case 0: call.Without(chance.GetItems<string>(["fromASID", "toASID", "InteractionID", "Authorization", "Content-Type", "Host"], 1)[0]); break;
            case 1: call.With(chance.GetItems<string>(["fromASID", "toASID", "InteractionID", "Content-Type", "Accept", "Content-Encoding", "Idempotency-Key"], 1)[0], Noise(chance)); break;
            case 2: call.Body = Damaged(call.Body, chance); break;
            case 3: call.Claim(chance.GetItems<string>([.. call.Claims.Select(claim => claim.Key)], 1)[0], Noise(chance)); break;
            case 4: call.Path = call.Path[..chance.Next(1, call.Path.Length)] + Uri.EscapeDataString(Noise(chance)); break;
            default: return Damaged(call.ToBytes(), chance);
        }

        return chance.Next(4) == 0 ? Damaged(call.ToBytes(), chance) : call.ToBytes();
    }

    /// <summary>A few bytes cut out, put in, doubled or changed.</summary>
    private static byte[] Damaged(byte[] bytes, Random chance)
    {
        var damaged = bytes.ToList();
        for (var times = chance.Next(1, 6); times > 0 && damaged.Count > 10; times--)
        {
            var at = chance.Next(damaged.Count - 8);
            var length = chance.Next(1, 8);
            switch (chance.Next(4))
            {
                case 0: damaged.RemoveRange(at, length); break;
                case 1:
                    var noise = new byte[length];
                    chance.NextBytes(noise);
                    damaged.InsertRange(at, noise);
                    break;
                case 2: damaged.InsertRange(at, damaged.GetRange(at, length)); break;
                default: damaged[at] = (byte)chance.Next(256); break;
            }
        }

        return [.. damaged];
    }

    private static string Noise(Random chance) => new([.. Enumerable.Range(0, chance.Next(1, 60)).Select(_ => (char)chance.Next(' ', 0x7f))]);
}
