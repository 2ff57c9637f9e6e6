using Nems.Core.Events;
using Nems.Testing;

namespace Nems.Journey.Tests;

public sealed class PublishToDeliveredTests
{
    public static TheoryData<string> Samples => [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Samples"), "*.*ml").Concat(
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Samples"), "*.json")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task A_sample_arrives_byte_for_byte_and_signed(string name)
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber]);
        var message = Message.Sample(name);
        var (id, secret) = message.HasRoutingNumber
            ? await nems.Client.SubscribeAsync(message.RoutingNumber(), subscriber.Url())
            : await nems.Client.SubscribeByRuleAsync("GP_GP_GP", "B86056", message.Type, subscriber.Url());

        var accepted = await nems.Client.PublishAsync(message);

        var request = (await subscriber.ReceivesAsync(1)).Single();
        Assert.Equal(message.Body, request.Body);
        Assert.True(request.IsSignedWith(secret!));
        Assert.Equal(accepted.ToString(), request.Headers["Nems-Event-Id"]);
        Assert.Equal(id, request.Headers["Nems-Subscriptions"]);
        Assert.Equal(message.Form.ContentType, request.Headers["Content-Type"]);
        Assert.Equal(1, request.Sequence);
    }

    [Fact]
    public async Task Every_published_example_is_accepted_and_arrives_unchanged()
    {
        Assert.SkipWhen(Published.Folder is null, Published.Reason);
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber]);
        await nems.Client.SubscribeAsync("9912003888", subscriber.Url());
        await nems.Client.SubscribeAsync("9990000018", subscriber.Url());
        Message[] messages = [.. Published.Files("stu3", "*.xml").Concat(Published.Files("r4", "*.json")).Select(Message.FromFile)];
        Assert.Equal(21, messages.Length);

        foreach (var message in messages) await nems.Client.PublishAsync(message);

        // The published birth carries a routing number that fails Modulus 11: it is accepted, and no explicit subscription can match it.
        Message[] delivered = [.. messages.Where(message => message.Type != EventType.Birth)];
        var received = await subscriber.ReceivesAsync(delivered.Length);
        Assert.Equal(delivered.Select(message => Convert.ToBase64String(message.Body)).Order(), received.Select(request => Convert.ToBase64String(request.Body)).Order());
        Assert.Equal(delivered.Length, received.Count);
    }

    [Fact]
    public async Task Every_published_STU3_subscription_is_accepted()
    {
        Assert.SkipWhen(Published.Folder is null, Published.Reason);
        await using var nems = await NemsUnderTest.StartAsync([]);
        var files = Published.Files("subscriptions", "stu3-*");
        Assert.Equal(6, files.Count);

        foreach (var file in files)
        {
            var isJson = file.EndsWith(".json", StringComparison.Ordinal);
            var organisation = isJson ? "B86056" : "RR8";
            using var answer = await nems.Client.PostSubscriptionAsync(
                await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), organisation: organisation, mediaType: isJson ? "application/fhir+json" : "application/fhir+xml");

            Assert.True((int)answer.StatusCode == 201, $"{Path.GetFileName(file)}: {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
        }
    }

    [Fact]
    public async Task Two_subscriptions_of_one_destination_get_one_copy_that_lists_both()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber]);
        var (first, _) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url(), [EventType.NewbornHearing], tag: "ward-7");
        var (second, _) = await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());

        await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
        await nems.Client.PublishAsync(Message.Death.About(Patients.Jo));

        var received = await subscriber.ReceivesAsync(2);
        Assert.Equal([$"{first}|ward-7~~~{second}", second], received.Select(request => request.Headers["Nems-Subscriptions"]));
        Assert.Equal([1, 2], received.Select(request => request.Sequence));
    }

    [Fact]
    public async Task An_event_about_somebody_else_or_of_another_type_or_after_a_delete_is_not_sent()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber]);
        await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url(), [EventType.Death]);
        var (deleted, _) = await nems.Client.SubscribeAsync(Patients.Sam, subscriber.Url());
        using (var answer = await nems.Client.DeleteSubscriptionAsync(deleted)) Assert.True(answer.IsSuccessStatusCode);

        await nems.Client.PublishAsync(Message.Hearing.About(Patients.Jo));
        await nems.Client.PublishAsync(Message.Death.About(Patients.Alex));
        await nems.Client.PublishAsync(Message.Death.About(Patients.Sam));
        await nems.Client.PublishAsync(Message.Death.About(Patients.Jo));

        var request = (await subscriber.ReceivesAsync(1)).Single();
        Assert.Equal(1, request.Sequence);
        Assert.Equal(EventType.Death.Code, request.Headers["Nems-Event-Type"]);
    }

    [Fact]
    public async Task The_same_idempotency_key_and_body_is_one_event_and_another_body_is_refused()
    {
        await using var subscriber = await FakeSubscriber.StartAsync();
        await using var nems = await NemsUnderTest.StartAsync([subscriber]);
        await nems.Client.SubscribeAsync(Patients.Jo, subscriber.Url());
        var message = Message.Hearing.About(Patients.Jo);

        var first = await nems.Client.PublishAsync(message, "key-1");
        var second = await nems.Client.PublishAsync(message, "key-1");
        using var other = await nems.Client.PostEventAsync(message.Numbered(1), idempotencyKey: "key-1");
        var third = await nems.Client.PublishAsync(message, "key-2");

        Assert.Equal(first, second);
        Assert.Equal(422, (int)other.StatusCode);
        Assert.NotEqual(first, third);
        var received = await subscriber.ReceivesAsync(2);
        Assert.Equal([1, 2], received.Select(request => request.Sequence));
    }
}
