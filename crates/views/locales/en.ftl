# Every word a person reads, in English (Project Fluent: https://projectfluent.org).
# One section per owner, marked by "##". Keys are kebab-case and begin with the section's word. Counts are { $n }.

## common

product-name = Docket
count-orders = { $n ->
    [one] { $n } order
   *[other] { $n } orders
}
count-events = { $n ->
    [one] { $n } event
   *[other] { $n } events
}
count-cases = { $n ->
    [one] { $n } case
   *[other] { $n } cases
}
count-messages = { $n ->
    [one] { $n } message
   *[other] { $n } messages
}
count-lines = { $n ->
    [one] { $n } line
   *[other] { $n } lines
}

## place: where in a message something stands; the sentences below begin with it

place = { $place-kind ->
    [field] In { $path }
    [spot] At line { $line }, column { $column }
    [header] In the header { $header }
    [event] In event { $number } of case { $case }
    [item] In item { $number }
   *[whole] In this message
}

## exceptions

event-req-created = requisition created
event-req-submitted = requisition submitted
event-req-approved = requisition approved
event-req-rejected = requisition rejected
event-req-cancelled = requisition cancelled
event-po-created = order created
event-po-approved = order approved
event-po-approval-rejected = approval refused
event-po-approval-reset = sent for approval
event-po-changed = order changed
event-po-held = order put on hold
event-po-hold-released = hold released
event-po-line-blocked = line blocked
event-po-line-cancelled = line cancelled
event-po-line-reinstated = line reinstated
event-po-cancelled = order cancelled
event-po-short-closed = rest of the order closed
event-po-closed = order closed
event-po-reopened = order reopened
event-po-queued = order waiting to be sent
event-po-transmitted = order sent
event-po-delivered = order delivered to the supplier's system
event-po-transmission-failed = sending failed
event-po-tech-rejected = order refused by the supplier's system
event-ack-accepted = order confirmed
event-ack-accepted-with-changes = order confirmed with changes
event-ack-backordered = backorder announced
event-ack-rejected = order declined by the supplier
event-ack-pending = answer announced
event-ack-updated = confirmation updated
event-ship-planned = shipment planned
event-ship-shipped = shipped
event-ship-updated = shipment notice updated
event-ship-in-transit = on the road
event-ship-delayed = shipment delayed
event-ship-arrived = arrived
event-ship-delivered = delivered
event-ship-delivery-failed = delivery failed
event-ship-cancelled = shipment cancelled
event-gr-received = goods received
event-gr-reversed = goods receipt taken back
event-gr-blocked-stock = received into blocked stock
event-gr-released-from-blocked = released from blocked stock
event-gr-returned = returned to the supplier
event-gr-return-reversed = return taken back
event-gr-accepted = goods accepted
event-gr-rejected = goods rejected
event-gr-discrepancy = receipt differs
event-svc-accepted = service accepted
event-inv-issued = invoice written by the supplier
event-inv-received = invoice received
event-inv-parked = invoice parked
event-inv-cancelled = invoice cancelled
event-inv-rejected = invoice rejected
event-inv-disputed = invoice disputed
event-inv-dispute-resolved = dispute settled
event-inv-approved = invoice approved
event-inv-posted = invoice posted
event-inv-credit-issued = credit issued
event-inv-subsequent-debit = subsequent debit
event-inv-subsequent-credit = subsequent credit
event-inv-block-set = payment blocked
event-inv-block-released = payment released
event-match-matched = matched
event-match-blocked = match stopped
event-match-override-requested = override asked for
event-match-override-approved = override approved
event-match-override-rejected = override refused
event-match-override-void = override void
event-pay-scheduled = payment planned
event-pay-sent = payment sent
event-pay-cleared = paid
event-pay-reversed = payment taken back
event-msg-received = message received
event-msg-queued = message queued
event-msg-in-process = message in process
event-msg-applied = message applied
event-msg-applied-partial = message applied partial
event-msg-failed = message failed
event-msg-dead-lettered = message dead lettered
event-msg-replayed = message replayed
event-supplier-created = supplier created
event-supplier-changed = supplier changed
event-supplier-blocked = supplier blocked
event-supplier-bank-changed = supplier bank changed
event-item-created = item created
event-item-changed = item changed
event-contract-created = contract created
event-contract-changed = contract changed
event-contract-expired = contract expired
event-stock-counted = stock counted
event-stock-moved = stock moved
event-stock-reserved = stock reserved
event-appointment-booked = appointment booked
event-appointment-changed = appointment changed
event-appointment-missed = appointment missed
event-demand-allocated = demand allocated
event-demand-released = demand released
event-link-made = numbers linked
event-link-withdrawn = link withdrawn
event-inbox-parked = message parked
event-inbox-unparked = message processed
event-file-ended = file ended
event-case-classified = case classified
event-case-retried = retried
event-case-resolved = case resolved
event-case-reopened = case reopened
event-clock-ticked = time passed
event-governed-published = rule agreed
event-ext-event = something else happened

class-md-01 = Possible duplicate supplier
class-md-02 = Possible duplicate item
class-md-03 = Master data failed validation
class-md-04 = A code has no mapping
class-du-01 = Possible duplicate purchase order
class-du-02 = Possible duplicate goods receipt
class-du-03 = Possible duplicate invoice
class-pr-01 = Document not passed on
class-pr-02 = Order not visible to the warehouse
class-pr-03 = Supplier date change not in planning
class-ap-01 = Approval waiting too long
class-su-01 = Supplier has not answered
class-su-02 = Supplier rejected or changed the order
class-su-03 = Backordered or not shipped on time
class-su-04 = Shipment notice missing or wrong
class-wh-01 = Receipt recorded late
class-wh-02 = Received quantity or condition differs
class-wh-03 = Invoice waits for a receipt
class-ma-01 = Invoice price above agreed price
class-ma-02 = Invoice quantity above received or ordered
class-ma-03 = Tax does not agree
class-ma-04 = Freight, charges or total do not agree
class-ma-05 = Invoice has no usable order
class-ma-06 = Receipt and invoice do not clear
class-it-01 = Supplier system did not answer
class-it-02 = Target is throttling us
class-it-03 = ERP is in planned maintenance
class-it-04 = Connection credentials expired
class-it-05 = A message could not be read
class-it-06 = Partner system refused the message
class-it-07 = Out of order, or its order is missing
class-go-01 = A system changed data it does not own
class-go-02 = Systems are overwriting each other
class-go-03 = Systems disagree on order state
class-go-04 = A control was broken
class-it-08 = Answer not understood yet

severity-s1 = S1, stop now
severity-s2 = S2, deadline at risk
severity-s3 = S3, to work on
severity-s4 = S4, for information
team-procurement = procurement
team-warehouse = warehouse
team-finance = finance
team-supplier-relations = supplier relations
team-master-data = master data
team-integration-support = integration support
team-security = security
how-fixed = fixed
how-accepted = accepted as it is
how-not-an-issue = not a problem
kind-purchase-order = order
kind-order-alias = order number
kind-requisition = requisition
kind-acknowledgment = acknowledgment
kind-shipment = shipment
kind-receipt = goods receipt
kind-service-entry = service entry
kind-return = return
kind-invoice = invoice
kind-payment = payment
kind-document = document

impact-posted-while-blocked = Order { $order }{ $line ->
    [none] {""}
   *[other] , line { $line },
} was posted while payment was blocked or disputed. Money may leave without anybody having decided.
rule-posted-while-blocked = was posted while payment was blocked or disputed
impact-paid-while-blocked = Order { $order }{ $line ->
    [none] {""}
   *[other] , line { $line },
} was paid while payment was blocked or disputed. Somebody has to say whether that was right.
rule-paid-while-blocked = was paid while payment was blocked or disputed
impact-sent-before-approval = Order { $order }{ $line ->
    [none] {""}
   *[other] , line { $line },
} went to the supplier before it was approved. The company may be bound by something nobody agreed to.
rule-sent-before-approval = went to the supplier before it was approved
impact-reopened-after-final-close = Order { $order }{ $line ->
    [none] {""}
   *[other] , line { $line },
} was reopened after it had been closed for good.
rule-reopened-after-final-close = was reopened after it had been closed for good
impact-shipped-before-transmission = Order { $order }{ $line ->
    [none] {""}
   *[other] , line { $line },
} was shipped although nobody saw it sent or answered. A message is missing, or it came out of order.
rule-shipped-before-transmission = was shipped although nobody saw it sent or answered
impact-acked-after-cancel = Order { $order }{ $line ->
    [none] {""}
   *[other] , line { $line },
} was cancelled, but the supplier confirmed it afterwards and may ship it.
rule-acked-after-cancel = was cancelled, but the supplier confirmed it afterwards and may ship it
impact-received-after-cancel = Order { $order }{ $line ->
    [none] {""}
   *[other] , line { $line },
} was cancelled, but goods came in for it.
rule-received-after-cancel = was cancelled, but goods came in for it
impact-changed-below-received = Order { $order }{ $line ->
    [none] {""}
   *[other] , line { $line },
} was changed to less than has already come in.
rule-changed-below-received = was changed to less than has already come in
impact-reversal-without-receipt = Order { $order }{ $line ->
    [none] {""}
   *[other] , line { $line },
} has a goods receipt taken back that never came in. A receipt is missing, or it came out of order.
rule-reversal-without-receipt = has a goods receipt taken back that never came in
impact-reversed-more-than-received = Order { $order }{ $line ->
    [none] {""}
   *[other] , line { $line },
} has more taken back than was received.
rule-reversed-more-than-received = has more taken back than was received
impact-returned-more-than-received = Order { $order }{ $line ->
    [none] {""}
   *[other] , line { $line },
} has more returned than is here.
rule-returned-more-than-received = has more returned than is here
impact-invoice-for-unknown-line = Order { $order }{ $line ->
    [none] {""}
   *[other] , line { $line },
} got an invoice for a line it never had.
rule-invoice-for-unknown-line = got an invoice for a line it never had
impact-cancel-invoice-without-invoice = Order { $order }{ $line ->
    [none] {""}
   *[other] , line { $line },
} has an invoice cancelled that never came in. An invoice is missing, or it came out of order.
rule-cancel-invoice-without-invoice = has an invoice cancelled that never came in
impact-paid-before-posted = Order { $order }{ $line ->
    [none] {""}
   *[other] , line { $line },
} was paid before the invoice was in the ledger. A posting is missing, or it came out of order.
rule-paid-before-posted = was paid before the invoice was in the ledger
impact-payment-reversal-without-payment = Order { $order }{ $line ->
    [none] {""}
   *[other] , line { $line },
} has a payment taken back that was never made.
rule-payment-reversal-without-payment = has a payment taken back that was never made
impact-event-before-creation = Order { $order }{ $line ->
    [none] {""}
   *[other] , line { $line },
} has events from before it was created. The times disagree, or a message is missing.
rule-event-before-creation = has events from before it was created
impact-implausible-past = Order { $order }{ $line ->
    [none] {""}
   *[other] , line { $line },
} has an event dated long before the order. It is left out of all latencies until its date is corrected.
rule-implausible-past = has an event dated long before the order
impact-implausible-future = Order { $order }{ $line ->
    [none] {""}
   *[other] , line { $line },
} has an event dated in the future. It is left out of all latencies until its date is corrected.
rule-implausible-future = has an event dated in the future
impact-over-acknowledged = Order { $order }{ $line ->
    [none] {""}
   *[other] , line { $line },
} was confirmed for more than was ordered.
rule-over-acknowledged = was confirmed for more than was ordered
impact-negative-quantity = Order { $order }{ $line ->
    [none] {""}
   *[other] , line { $line },
} has a movement below nought, kept as one of unknown quantity.
rule-negative-quantity = has a movement below nought, kept as one of unknown quantity
impact-order-never-created = Order { $order } of { $entity } is known only because other documents name it. Its own message has not arrived.
rule-order-never-created = is known only by reference
impact-belongs-to-no-order = { $event } of { $at }: no order names { $kind } { $document } yet. It counts nowhere until one does.
rule-belongs-to-no-order = belongs to no order
impact-message-parked = { $items ->
    [one] One item
   *[other] { $items } items
} of message { $message } from { $source } could not be read. What was to be said is missing from the order's history; nothing is lost.
rule-message-parked = could not be read
evidence-event = { $event }
case-opened = Opened, given to { $team }
case-healed = Closed by itself: { $event }
case-more = More of the same: { $event }
case-came-back = Came back: { $event }
case-classified = Class changed from { $from } to { $to }
case-retried = Message processed again
case-resolved = Closed: { $how }
answer-conflict = The same id came before with other content. Both are kept; the first counts. Send the correction under a new id or with a higher version.

## errors

error-not-found = There is no such page, or it is not yours to see. Check the address, or search for the number.
error-not-allowed = This is not part of your work here. It can be done by: { $who }.
error-sign-in-needed = Please sign in first.
error-unavailable = Docket cannot do this right now. Nothing was lost. Try again in a few seconds.
error-queue-full = More is arriving than can be written at once. Nothing was taken. Send it again in a second.
error-internal = Something went wrong inside Docket. It was noted. Try again, and tell your administrator if it stays.
error-case-changed = This case changed since you opened it. Look at it again, then decide.
error-case-closed = This case is closed already.
error-still-holds = The rule still holds, so it is not fixed yet. Accept it as it is, or put it right at its source: then it closes by itself.
error-comment-needed = Say in a few words why. Urgent cases are not closed without a reason.
error-same-class = The case has that class already.
error-unknown-class = There is no such class. Choose one of the list.
error-nothing-to-retry = This case is not about a message, so there is nothing to process again.
error-nothing-parked = Nothing of this message is parked any more.
error-page-place = This place in the list cannot be read. Start at the first page.
error-source-unknown = There is no source of that name.
error-source-name = A source's name has 2 to 40 lower-case letters, digits or hyphens.
error-source-taken = There is a source of that name already.
error-source-lane = There is no such lane. Choose one of the list.
error-person-taken = There is a person of that user name already.
error-person-name = A user name has 2 to 60 letters, digits, dots, hyphens or @.
error-person-roles = Choose at least one role.
error-password-short = A password has at least 12 characters.
error-sign-in = User name and password do not fit together.
error-claim = This link was used already or is not the newest one. Start Docket again to get a new one.
error-oidc-off = There is no sign-in by an identity provider here.
error-oidc-expired = Signing in took too long, or was begun in another browser. Begin again.
error-oidc-refused = Your company account did not let you in. Begin again, or ask who looks after it.
error-oidc-untrusted = The answer of the identity provider cannot be trusted, so nobody was signed in. Tell your administrator.
error-oidc-no-role = You are known, but nothing that your company account says gives you a part in Docket. Ask your administrator for a role.
error-oidc-away = The identity provider does not answer. Try again in a minute.
error-oidc-roles = Your company account gives you roles that one person may not hold together. Ask your administrator.
error-oidc-taken = Somebody here already has your user name. Ask your administrator to join the two accounts.
error-person-blocked = This account is blocked. Ask your administrator.
error-not-demo = Only the demo lets you in without a password.
error-file-unreadable = The file could not be read to its end. What was read is kept; give it again to go on.
error-link-orders = Name two different order numbers to link.

## fault: why a message is parked. At most 30 words with what stands in them: the place and its value, why, who does what

fault-who-sender = The sender's turn
fault-who-mapping = Mapping support's turn

fault-empty = This message is empty. The sender sends it again with its content.
fault-not-text = { place } stands “{ $value }”, which is not UTF-8 text. The sender saves it as UTF-8 and sends it again.
fault-other-encoding = { place } the text is in “{ $value }”; only UTF-8 can be read. The sender saves it as UTF-8 and sends it again.
fault-too-large = { place } stands more than the { $limit } bytes that one event may have. The sender splits it or leaves attachments out.
fault-breaks-off = { place } the file could not be read any further. The sender, or whoever keeps the folder, provides it again.

fault-json-unexpected = { place } stands “{ $value }” where { $expected ->
    [comma] a comma or the end belongs
    [colon] a colon belongs
    [name] a name in quotation marks belongs
   *[value] a value belongs
}. The sender corrects the message and sends it again.
fault-json-breaks-off = { place } the message breaks off; its end is missing. The sender sends it again, whole.
fault-json-more-after-end = { place } stands “{ $value }” after the end of the message. The sender sends one message at a time, or one a line.
fault-json-too-deep = { place } the message is nested more than { $limit } levels deep. The sender sends it flatter.
fault-json-too-many = { place } the message exceeds { $limit } values. The sender splits it into several.
fault-json-number-form = { place } stands “{ $value }”, which is not how JSON writes numbers. The sender writes them plainly, such as 12.50.
fault-json-number-too-long = { place } stands the number “{ $value }”, longer than { $limit } characters. The sender corrects it and sends the message again.
fault-json-text-too-long = { place } begins “{ $value }”, a text longer than { $limit } bytes. The sender shortens it and sends it again.
fault-json-control-character = { place } stands “{ $value }” inside a text; often a closing quotation mark is missing. The sender corrects it.
fault-json-escape = { place } stands “{ $value }”, a backslash that means nothing here. The sender doubles the backslash or leaves it out.
fault-json-half-character = { place } stands “{ $value }”, only half of a character. The sender sends the text whole.
fault-json-name-twice = { place } the name “{ $value }” stands again; which one counts is unclear. The sender keeps one and sends the message again.

fault-media-type-unknown = No rule says how to read “{ $value }”. Mapping support adds one; the message is then tried again.
fault-not-an-event = { place } stands “{ $value }” where an event belongs. The sender sends each event with its id, source and type.
fault-not-a-batch = This message should be a list of events but holds “{ $value }”. The sender puts the events in square brackets.
fault-attribute-missing = The event does not say its “{ $name }”. The sender adds it and sends the event again.
fault-attribute-empty = { place } stands nothing. The sender fills “{ $name }” in and sends the event again.
fault-attribute-not-text = { place } stands “{ $value }”, but “{ $name }” must be one line of text. The sender corrects it and sends the event again.
fault-attribute-name = The name “{ $value }” may only have small letters and digits. The sender renames it or moves it into the data.
fault-attribute-too-long = { place } stands “{ $value }”, longer than { $limit } bytes. The sender shortens it and sends the event again.
fault-attribute-too-many = The event has more than { $limit } attributes. The sender moves some of them into the data.
fault-attribute-twice = { place } stands “{ $value }”, but “{ $name }” was said before. The sender says it once and sends the event again.
fault-attribute-encoding = { place } stands “{ $value }”, whose percent signs do not make text. The sender corrects the header and sends the event again.
fault-spec-version = { place } stands “{ $value }”; only CloudEvents 1.0 can be read. The sender sends the event as version 1.0.
fault-time-unreadable = { place } stands “{ $value }”, which is no time such as 2026-02-27T10:15:00Z. The sender corrects it and sends it again.
fault-address-unreadable = { place } stands “{ $value }”, which is no address such as https://erp.example/de01. The sender corrects it and sends the event again.
fault-data-twice = The event carries its data twice, in data and in data_base64. The sender keeps one and sends the event again.
fault-data-base64 = { place } stands “{ $value }”, which is not written in base64. The sender corrects it and sends the event again.

fault-no-rule-for-type = { place } stands “{ $value }”; no rule says what that means. Mapping support adds one, the message is then tried again.
fault-unknown-type = { place } stands “{ $value }”, which does not exist; nearest is “{ $nearest }”. The sender corrects it, or mapping support adds a rule.
fault-unknown-type-version = { place } stands “{ $value }”; known is “{ $known }”. The sender uses that one, or mapping support adds a rule.
fault-type-is-ours = { place } stands “{ $value }”, which only Docket itself may say. The sender leaves such events out.
fault-data-missing = The event carries no data, so nothing says what happened. The sender adds the data and sends the event again.
fault-data-not-json = { place } stands “{ $value }”, declared as “{ $media }”. The sender sends the data as JSON.
fault-not-a-group = { place } stands “{ $value }” where named values in braces belong. The sender corrects it and sends the event again.
fault-not-a-list = { place } stands “{ $value }” where a list in square brackets belongs. The sender corrects it and sends the event again.
fault-list-too-long = { place } stand { $value } entries, more than the { $limit } that one event may have. The sender splits the document.
fault-field-missing = { place } nothing is said, but it is needed. The sender adds “{ $name }” and sends the event again.
fault-field-empty = { place } the text is empty, but it is needed. The sender fills “{ $name }” in and sends the event again.
fault-field-not-text = { place } stands “{ $value }” where a text belongs. The sender corrects it and sends the event again.
fault-field-too-long = { place } stands “{ $value }”, longer than { $limit } bytes. The sender shortens it and sends the event again.
fault-not-a-number = { place } stands “{ $value }”, which is no number such as 24.000. The sender corrects it and sends the event again.
fault-number-too-long = { place } stands “{ $value }”, more digits than a document can mean. The sender corrects it and sends the event again.
fault-not-a-whole-number = { place } stands “{ $value }” where a whole number from 0 on belongs. The sender corrects it and sends the event again.
fault-quantity-negative = { place } stands “{ $value }”, but a quantity is never below nought. The sender reports a reversal instead, or corrects it.
fault-price-unit-not-positive = { place } stands “{ $value }”, but a price unit is above nought. The sender corrects it and sends the event again.
fault-not-yes-no = { place } stands “{ $value }” where only true or false belongs. The sender corrects it and sends the event again.
fault-date-unreadable = { place } stands “{ $value }”, which is no date such as 2026-02-27T10:15. The sender corrects it and sends it again.
fault-date-absurd = { place } stands “{ $value }”, a day no document can mean. The sender corrects it and sends it again.
fault-date-without-zone = { place } stands “{ $value }” without a time zone. The sender adds one, such as Europe/Berlin, and sends it again.
fault-time-missing = The event does not say when it happened. The sender adds time or occurred_at and sends the event again.
fault-zone-unknown = { place } stands “{ $value }”, which is no time zone such as Europe/Berlin. The sender corrects it and sends the event again.
fault-currency-unknown = { place } stands “{ $value }”, which is no currency code such as EUR. The sender corrects it and sends the event again.
fault-document-kind-unknown = { place } stands “{ $value }”, which is no kind of document such as receipt or invoice. The sender corrects it and sends the event again.
fault-actor-kind-unknown = { place } stands “{ $value }”; only human, batch, partner or service can act. The sender corrects it and sends the event again.
fault-order-missing = The event “{ $type }” names no purchase order. The sender adds its entity and number and sends the event again.
fault-entity-missing = Order { $number } names no buying entity, and its source has none. An administrator sets the entity of the source, then support retries.
fault-document-missing = The event “{ $type }” names no document. The sender adds its scheme and number and sends the event again.
fault-keys-missing = The event “{ $type }” names no order and no document to find one by. The sender adds one and sends the event again.

fault-gzip-broken = { place } the compressed file cannot be unpacked any further. The sender sends it again, whole.
fault-xml-broken = { place } the XML is broken. The sender corrects the file and sends it again.
fault-xml-attribute = { place } stands “{ $value }”, which is broken XML. The sender corrects the file and sends it again.
fault-xml-closes-nothing = { place } stands “{ $value }”, which closes nothing that is open. The sender corrects the file and sends it again.
fault-xml-breaks-off = { place } the file breaks off; its end is missing. The sender sends it again, whole.
fault-xml-definitions = { place } the file brings definitions of its own (DOCTYPE); for safety they are not followed. The sender sends it without them.
fault-xml-reference = { place } stands “{ $value }”, which refers to something the file does not have. The sender writes the text itself.
fault-xml-too-deep = { place } the file is nested more than { $limit } levels deep. The sender sends it flatter.
fault-not-an-event-log = { place } stands “{ $value }”, where an event log begins with “log”. The sender sends an event log in XES.
fault-event-without-case = { place } no case is named, so it belongs to no order. The sender adds the case's concept:name and sends it again.
fault-event-without-name = { place } nothing says what happened. The sender adds its concept:name and sends it again.
fault-event-without-time = { place } nothing says when “{ $value }” happened. The sender adds its time:timestamp and sends it again.

## pages

nav-home = Overview
nav-exceptions = Exceptions
nav-orders = Orders
nav-messages = Messages
nav-sources = Sources
nav-people = People
nav-label = Pages
nav-skip = Skip to the content
nav-find = Find order, invoice, shipment
nav-sign-out = Sign out
page-as-of = As Docket knew it at
demo-label = Demo
banner-test-label = Test
banner-test = This is the test installation. Nobody acts on what is done here.
demo-note = This is the demo: a made-up distributor. Nothing here is real.
notice-done = Done
notice-refused = Not done
filter-apply = Show
filter-clear = Clear filters
filter-find = Find
pager-label = More of this list
pager-first = Back to the first page
pager-next = Next page
act-only = Only { $who } may do this.
act-not-now = This cannot be done now.
live-many = Much is new, show
live-orders = { $n } changed, show
live-exceptions = { $n } new, show
live-messages = { $n } new, show

done-classified = The case has its new class.
done-retried = The message was processed again.
done-resolved = The case is closed.
done-retry-all = Everything that was parked here is processed now.
done-retry-some = Part of it is processed now. The rest stays parked; the reasons are below.
error-retry-none = It still cannot be read and stays parked. The reasons are below.
done-entity = The entity is set. What was parked for want of it can be tried again.
done-person = The person can sign in now.
done-signed-out = You are signed out.
error-title = This did not work
error-not-found-title = Not found
error-not-allowed-title = Not part of your work here
error-unavailable-title = Not right now
error-internal-title = Something went wrong
error-home = Go to the overview
error-moment = This is no date and time. Choose both from the calendar, or leave a field empty for now.
error-choose-resolution = Choose how it ended: fixed, accepted as it is, or not a problem.
error-act-not-allowed = This is not part of your work here, so nothing was changed.
error-act-conflict = It changed since you saw it, so nothing was done. Look at it again, then decide.
error-act-invalid = Something in the form does not fit, so nothing was done. Look it over and try again.
error-act-refused = Nothing was done. Look at the page again and try once more.

time-now = just now
time-ago = { $span } ago
time-ahead = in { $span }
time-date = { $day } { $month } { $year }
time-weekday-date = { $weekday } { $day } { $month }
time-moment = { $day } { $month } { $year } { $clock }
time-only-day = { $at }, only the day is known
span-seconds = { $n } s
span-minutes = { $n } min
span-hours = { $n } h
span-hours-minutes = { $h } h { $m } min
span-days = { $n } days
weekday-1 = Mon
weekday-2 = Tue
weekday-3 = Wed
weekday-4 = Thu
weekday-5 = Fri
weekday-6 = Sat
weekday-7 = Sun
month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = Jun
month-7 = Jul
month-8 = Aug
month-9 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec
size-bytes = { $n } bytes
size-kilobytes = { $n } kB
size-megabytes = { $n } MB
quantity-not-reported = quantity not reported

home-nothing-yet = Nothing has arrived yet.
home-arrivals-only = Here is what arrived last.
home-quiet = Nothing needs you now. No exception is open.
home-nothing-urgent = Nothing has to stop now. { $all ->
    [one] One exception is open.
   *[other] { $all-text } exceptions are open.
}
home-urgent = { $n ->
    [one] One exception needs somebody now.
   *[other] { $n-text } exceptions need somebody now.
} { $all ->
    [one] It is the only one open.
   *[other] { $all-text } are open in all.
}
home-open-title = Open exceptions
home-no-exception = No exception is open.
home-all-exceptions = All exceptions
home-arrivals-title = Arrived last
home-all-messages = All messages
home-connect = Connect a system
severity-means-s1 = stop now
severity-means-s2 = deadline at risk
severity-means-s3 = to work on
severity-means-s4 = for information

orders-lede = Every order Docket has heard of, the newest first.
orders-lede-match = Orders that carry this number or one beginning with it.
orders-none = Nothing has arrived yet.
orders-none-text = Orders appear here as soon as a system sends something about them.
orders-none-match = No order matches.
orders-none-match-text = Numbers match whole or by their beginning. Try a shorter one, or another document of the same order.
orders-q = Order, requisition, shipment, receipt, invoice or payment number
orders-entity = Entity
orders-po = Order
orders-supplier = Supplier
orders-state = State
orders-lines = Lines
orders-value = Value
orders-opened = Opened
orders-last = Last event
orders-exceptions = Exceptions
orders-n-exceptions = { $n } open

order-title = PO { $po }
order-site = Goods go to
order-received = Received
order-percent = { $n } %
order-version = Version
order-buyer = Buyer
order-behind = What is behind this state
order-aka = Also known as
order-more-keys = { $n } more
order-exceptions = { $n ->
    [one] One open exception
   *[other] { $n } open exceptions
}
lanes-title = As each system tells it
lanes-none = No event of this order was known at that moment.
lanes-system = System
lanes-now = Now
lanes-quiet = quiet for { $span }
lanes-week = Week { $week }
lanes-quarter = Quarter { $n }
lanes-times = ×{ $n }
lanes-irregular = irregular
lanes-late = Happened { $at }, we learned of it { $learned }, { $span } later
lines-title = Lines and quantities
lines-none = No line is known yet.
lines-line = Line
lines-item = Item
lines-price = Price
lines-per = per { $unit }
lines-promised = Promised
lines-needed = needed { $date }
steps-title = How long each stage took
steps-open = { $span } so far
steps-about = about { $span }
moment-world = Show what was true on
moment-known = as we knew it on
moment-show = Show
moment-back = Back to now
moment-hint = Times are UTC. A field left empty means now.
moment-utc = { $at } UTC
past-then = You see { $world } as we knew it then.
past-both = You see { $world } as we knew it on { $known }.
past-world = You see { $world } as we know it now.
past-known = You see this order as we knew it on { $known }.
past-hidden = { $n ->
    [0] No later event is hidden.
    [one] 1 later event is hidden.
   *[other] { $n } later events are hidden.
}
events-title = { $n ->
    [one] One event
   *[other] All { $n-text } events
}
events-parts = Parts of this list
events-all = All on one page
events-happened = Happened
events-what = What
events-source = Said by
events-lines = Lines
events-quantity = Quantity
events-document = Document
events-learned = Known
events-later = { $span } later
events-at-once = at once
events-whole-order = whole order
events-one-lede = Said by { $source }, happened { $at }.
events-one-learned = We learned of it
events-one-own-word = In its own words
events-one-place = Place in the log
events-one-message = Arrived in message
events-one-fields = What it says
raw-title = As it was sent
raw-absent = The bytes are not shown here.
raw-structure = Only how it is built is shown: every digit is a 9, every letter of a value an a.
raw-cut = Only the beginning is shown.
raw-hash = SHA-256 of the whole message

messages-lede = What arrived and what became of it, the newest first.
messages-parked-lede = These could not be read. They are kept, and can be tried again after a fix.
messages-none = Nothing has arrived yet.
messages-none-parked = Nothing is parked. Everything that arrived could be read.
messages-none-match = Nothing from this source.
messages-tabs = Which messages
messages-all = All
messages-parked = Parked
messages-source = Source
messages-id = Message
messages-what = What
messages-file = File
messages-kind = Media type
messages-size = Size
messages-became = Result
messages-arrived = Arrived
messages-retry = Retry what is parked
messages-items = Items
messages-no-items = This message holds no items.
messages-items-first = The first { $n-text } of { $all-text }, parked ones first.
messages-n-accepted = { $n-text } taken in
messages-n-duplicate = { $n-text } known already
messages-n-conflict = { $n-text } in conflict
messages-n-parked = { $n-text } parked
message-title = Message { $id }
message-empty = Nothing in it could be told apart as an item.
message-all-seen = { $all ->
    [one] Its one item was here before; nothing was stored twice.
   *[other] All { $all-text } items were here before; nothing was stored twice.
}
message-all-well = { $duplicate ->
    [0] { $accepted ->
        [one] Its one item was taken in.
       *[other] All { $accepted-text } items were taken in.
    }
   *[other] { $accepted-text } of { $all-text } items were taken in; { $duplicate-text } were here before.
}
message-conflicts = { $conflict ->
    [one] One item came before with other content. Both are kept.
   *[other] { $conflict-text } items came before with other content. Both are kept.
}
message-parked = { $parked ->
    [one] { $all ->
        [one] Its one item
       *[other] One of { $all-text } items
    } could not be read and is parked. Nothing is lost.
   *[other] { $parked-text } of { $all-text } items could not be read and are parked. Nothing is lost.
}
items-place = Item
items-key = Its own id
items-outcome = Result
items-orders = Orders
items-why = Why
items-case = Open the case
outcome-accepted = taken in
outcome-duplicate = known already
outcome-conflict = in conflict
outcome-parked = parked

exceptions-lede-none = No exception is open.
exceptions-lede-calm = { $all ->
    [one] One is open. It does not have to stop anything now.
   *[other] { $all-text } are open. None has to stop anything now.
}
exceptions-lede = { $all ->
    [one] One is open, and it needs somebody now.
   *[other] { $all-text } are open, { $n ->
        [one] one needs
       *[other] { $n-text } need
    } somebody now.
}
exceptions-list = List of exceptions
exceptions-detail = The chosen exception
exceptions-tabs = Which exceptions
exceptions-open = Open
exceptions-closed = Closed
exceptions-class = Class
exceptions-any-class = Any class
exceptions-none-open = No exception is open.
exceptions-none-closed = No exception has been closed yet.
exceptions-none-match = No exception matches.
exception-severity = Urgency
exception-order = Order
exception-line = line { $line }
exception-message = Message
exception-team = Belongs to
exception-opened = Opened
exception-ended = Closed: { $how }.
exception-why = Why we say so
exception-source = Source
exception-do = Do
exception-history = History
exception-by-docket = Docket
exception-comment = Note, if you like
exception-comment-needed = Why, in a few words
exception-retry-title = Process the message again
exception-retry-text = After the fix: what can be read now goes on its way, the rest stays parked.
exception-retry = Retry
exception-resolve-title = Close it: how did it end?
exception-resolve = Resolve
exception-classify-title = Change its class
exception-classify = Change class
how-means-fixed = It was put right. Refused while the rule still holds.
how-means-accepted = Stays closed as long as the facts stay as they are. If they change, it comes back.
how-means-not-an-issue = It never was a problem, as long as the facts stay as they are.
exception-state-open = open
exception-state-resolved = closed
exception-state-healed = closed by itself

sources-lede = { $n ->
    [one] One system is connected.
   *[other] { $n } systems are connected.
} { $silent ->
    [0] All of them have spoken.
    [one] One has never spoken.
   *[other] { $silent } have never spoken.
}
sources-none = No system is connected yet.
sources-ask = An administrator connects systems.
sources-title = System
sources-lane = Drawn as
sources-messages = Messages
sources-parked = Parked
sources-heard = Last heard
sources-never = never
sources-key = Token
sources-token = { $prefix }…
sources-no-token = none
sources-new-token = New token
sources-entity-of = Entity for { $source }
sources-set = Ask for it
sources-connect = Connect a system
sources-connect-text = You get an address and a token. The token is shown once.
sources-form-title = Name for people
sources-form-title-hint = Such as: Warehouse Lodz
sources-form-name = Name in its address
sources-form-name-hint = Lower-case letters, digits, hyphens. Such as: wms-lodz
sources-form-lane = Drawn as
sources-form-entity = Buying entity
sources-form-entity-hint = For documents that do not name one. Such as: DE01
sources-form-save = Connect
token-heading = Token for { $source }
token-title = Token
token-lede = Copy it now. It is not shown again; a lost token is replaced by a new one.
token-address = Send to
token-how = How it signs in
token-how-text = As bearer token, or as the password of basic sign-in.
token-example = Try it
token-kept = I have copied it

people-lede = { $n ->
    [one] One person can sign in
   *[other] { $n } people can sign in
  }{ $blocked ->
    [0] .
    [one] ; one is blocked.
   *[other] ; { $blocked } are blocked.
  }
people-new = New person
people-name = Name
people-user = User name
people-password = Password
people-password-hint = At least 12 characters.
people-roles = What they work on
people-save = Let in
sign-in-title = Sign in
sign-in-lede = Where every purchase order is, in each system's words.
sign-in-user = User name
sign-in-password = Password
sign-in-button = Sign in
sign-in-first = Nobody has an account yet. Docket printed a one-time link when it started: open it to make the first administrator.
sign-in-oidc = Sign in with { $provider }
sign-in-oidc-text = You sign in there, and come back here.
sign-out-oidc = At { $provider } you may still be signed in.
sign-out-oidc-link = Sign out there too
sign-in-demo = Look around as one of these people
sign-in-demo-text = The demo asks for no password. Each sees what belongs to their work.
welcome-title = Welcome to Docket
welcome-lede = You become the first administrator. This link works once.
welcome-button = Make this account
role-procurement = procurement
role-warehouse = warehouse
role-finance = finance
role-support = support
role-executive = executive
role-auditor = auditor
role-administrator = administrator
role-security = security administrator
role-means-procurement = Orders, prices, exceptions
role-means-warehouse = Orders and exceptions, without prices
role-means-finance = Orders, prices, exceptions
role-means-support = Messages with their content, retry
role-means-executive = Orders and exceptions, to read
role-means-auditor = Everything with prices, to read
role-means-administrator = Systems and people, no orders
role-means-security = People, secrets and what was done by whom, no orders

lane-procurement = procurement
lane-erp = ERP
lane-supplier = supplier
lane-carrier = carrier
lane-warehouse = warehouse
lane-payables = payables
lane-other = other
facet-commitment = order
facet-transmission = sending
facet-acknowledgment = supplier's answer
facet-fulfilment = goods
facet-invoice = invoices
facet-settlement = payment
state-none = nothing yet
state-drafted = drafted
state-pending-approval = waits for approval
state-approval-rejected = approval refused
state-change-pending = change pending
state-approved = approved
state-cancelled = cancelled
state-short-closed = closed short
state-closed = closed
state-queued = waiting to be sent
state-failed = sending failed
state-tech-rejected = refused by their system
state-transmitted = sent
state-delivered = in their system
state-ack-pending = answer announced
state-partially-acknowledged = partly confirmed
state-backordered = backordered
state-acknowledged = confirmed
state-acknowledged-with-changes = confirmed with changes
state-supplier-rejected = declined by the supplier
state-waived = no answer needed
state-partially-shipped = partly shipped
state-shipped = shipped
state-returned = sent back
state-partially-received = partly received
state-fully-received = fully received
state-over-received = more than ordered received
state-partially-invoiced = partly invoiced
state-credited = credited
state-invoiced = invoiced
state-over-invoiced = more than ordered invoiced
state-unmatched = not matched
state-pending-receipt = waits for the receipt
state-disputed = disputed
state-partially-matched = partly matched
state-matched = matched
state-partially-posted = partly posted
state-posted = posted
state-partially-paid = partly paid
state-paid = paid
badge-on-hold = on hold
badge-locked = locked
badge-change-pending = change pending
badge-signature-pending = signature missing
badge-override-pending = override asked for
badge-exception-open = exception open
badge-stub = known by reference only
badge-known-by-reference = known by reference only
badge-returned = some sent back
badge-credited = some credited
badge-quality-rejected = failed inspection
badge-disputed = disputed
quantity-ordered = ordered
quantity-cancelled = cancelled
quantity-expected = expected
quantity-acknowledged = confirmed
quantity-agreed = agreed
quantity-confirmed = confirmed
quantity-backordered = backordered
quantity-supplier-rejected = declined
quantity-shipped = shipped
quantity-in-transit = on the road
quantity-received = received
quantity-received-net = received
quantity-returned = sent back
quantity-reversed = taken back
quantity-blocked = blocked stock
quantity-quality-rejected = failed inspection
quantity-invoiced = invoiced
quantity-invoiced-net = invoiced
quantity-credited = credited
quantity-to-come = to come
quantity-open-to-receive = to come
quantity-open-to-invoice = to be invoiced
quantity-over-receipt = too much received
stage-request-to-approval = Request to approval
stage-approval-to-transmission = Approval to sending
stage-transmission-to-acknowledgment = Sending to the supplier's answer
stage-order-to-shipment = Order to shipment
stage-shipment-to-receipt = Shipment to receipt
stage-receipt-to-invoice = Receipt to invoice
stage-invoice-to-posting = Invoice to posting
stage-posting-to-payment = Posting to payment
flag-orphan = order not seen yet
flag-event-before-creation = before the order was made
flag-implausible-past = dated long before
flag-implausible-future = dated in the future
flag-negative-quantity = below nought
flag-stale-version = earlier version
flag-inferred-transmission = sending not seen
flag-unlinked-reversal = receipt not named
flag-over-acknowledged = more than ordered
flag-sent-before-approval = sent before approval
flag-shipped-before-transmission = shipped before sent
flag-acked-after-cancel = confirmed after cancel
flag-received-after-cancel = received after cancel
flag-changed-below-received = below what came in
flag-reopened-after-final-close = reopened after final close
flag-reversal-without-receipt = nothing to take back
flag-reversed-more-than-received = more than came in
flag-returned-more-than-received = more than is here
flag-invoice-for-unknown-line = line unknown
flag-cancel-invoice-without-invoice = no invoice to cancel
flag-posted-while-blocked = posted while blocked
flag-paid-before-posted = paid before posted
flag-paid-while-blocked = paid while blocked
flag-payment-reversal-without-payment = no payment to take back

## cli: what `docket` says on a terminal

cli-about = Operations visibility for procure-to-pay: events in, the story of every order out.
cli-data = Data folder
cli-config-file = Configuration file (TOML); without it docket.toml in this folder, when it is there
cli-listen = Address to listen on, such as 127.0.0.1:8417
cli-serve = Run Docket
cli-demo = Run a made-up distributor to look around in
cli-ingest = Take files: event logs (XES, plain or gzip), CloudEvents (JSON, one a line)
cli-ingest-files = Files to take, in this order
cli-ingest-source = Name of the system they are from: lower-case letters, digits, hyphens
cli-ingest-title = Its name for people, when it is new
cli-ingest-lane = Its lane, when it is new: procurement, erp, supplier, carrier, warehouse, payables or other
cli-ingest-entity = Buying entity of documents that do not name one, when it is new
cli-rebuild = Build every view anew from the log and compare
cli-config = Print the configuration in force and where each value came from
cli-doctor = Look whether everything is in order, and say what is not
cli-doctor-json = As JSON, for machines
cli-backup = Copy the log and its key into a new folder
cli-backup-to = A folder that does not exist yet
cli-restore = Put a backup into an empty data folder
cli-restore-from = A folder that docket backup made
cli-no-runtime = Docket cannot start: { $problem }.

config-no-file = There is no configuration file { $path }.
config-refused = The configuration does not read: { $name } ({ $source }): { $problem }.
config-base-url = base_url must begin with http:// or https://, and is { $value }.
config-postgres-url = The store is postgres but has no address. Set store.url, or DOCKET_STORE__URL.
config-limit-zero = limits.body_bytes, limits.source_per_second and limits.source_burst must be above 0.

config-unpack-ratio = limits.unpack_ratio must be above 0.
config-environment-demo = environment is production or test. The demo has a command of its own: docket demo.
config-oidc = Sign-in by the identity provider needs { $name }.
config-oidc-role = oidc.roles names the role { $role }, and there is no such role.
config-oidc-provider = The identity provider cannot be used: { $problem }.

home-held = The data folder is in use by process { $pid }. Stop it first, or use another folder with --data.
home-locked = The data folder { $path } is in use by another Docket. Stop it first, or use another folder with --data.
home-key-broken = { $path } is not a sealing key. Put the right one back: what was sealed with it cannot be read without it.
home-disk = { $path }: { $problem }.

start-newer = This database is of a newer Docket (version { $found }; this one knows { $known }). Start that Docket. Nothing was changed.
start-in-the-clear = People would send their passwords to { $url } in the clear. Put a TLS proxy in front and set base_url to its https:// address, or set environment = "test" where nothing is real.
start-is-demo = This data folder holds the demo. Start it with docket demo, or choose another folder with --data.
start-not-demo = This data folder holds a company's own data, so the demo does not go into it. Choose another folder with --data.
start-disk-full = The disk is full. Nothing was changed. Make room and start again.
start-store-away = The database cannot be reached: { $problem }.
start-refused = Not done: { $why }.
start-store = The database cannot be opened: { $problem }.

serve-address = Docket cannot listen on { $address }: { $problem }.
serve-key-made = A new sealing key was made: { $path }. Keep a copy of it in a safe place: without it the messages in your backups cannot be read.
serve-listening = Docket is at { $url }
serve-first = Make the first administrator with this link. It works once: { $link }
serve-stopping = Stopping. What is under way is finished first.

demo-listening = The demo is at { $url }. Its history is being told; look around meanwhile.
demo-progress = { $percent } % of the history told, { $n } events
demo-loaded = The history is told: { $n } events. From here it goes on as time does.

ingest-progress = { $file }: { $percent } %, { $read } read, { $rate } a second
ingest-done = { $file }: read to its end in { $seconds } s, { $rate } a second
ingest-read = { "  " }read          { $n }
ingest-accepted = { "  " }accepted      { $n }
ingest-duplicate = { "  " }here before   { $n }
ingest-conflict = { "  " }in conflict   { $n }
ingest-parked = { "  " }parked        { $n }
ingest-reason = { "    " }{ $n } × { $why }
ingest-orders = { "  " }orders        { $n }
ingest-span = { "  " }from          { $first } to { $last }
ingest-unknown = { "  " }words without a meaning here ({ $n }): { $words }
ingest-failed = { $file }: { $why }
ingest-unreadable = { $path } cannot be read: { $problem }.
ingest-following = Bringing the pages up to date: { $n } events to go
ingest-next = Next: docket serve, then open { $url }/orders
ingest-open = Next: open { $url }/orders
ingest-stopped = Stopped. What was read is kept; run the same command again to go on.

folder-empty = The file is empty.
folder-nothing-understood = Nothing in this file was understood. All of it is kept and parked: see the reasons.

rebuild-progress = { $percent } % of the log folded, { $n } events
rebuild-done = Every view was built anew from { $n } events in { $seconds } s.
rebuild-same = The views are byte-identical.
rebuild-other-version = The old views were made by another version of Docket, so they were not compared.
rebuild-differ = The views differ: { $where }

backup-exists = { $path } is there already. Name a folder that does not exist yet.
backup-done = Backed up to { $path }: a log of { $bytes } bytes and its sealing key. Keep it safe: the key opens every message.
restore-no-backup = { $path } is not a backup: it has no log.db.
restore-other-key = { $path } has another sealing key. Restore into an empty folder.
restore-done = Restored into { $path }. The next start builds the views anew.

doctor-fine = in order
doctor-look = look
doctor-broken = broken
doctor-all-fine = Everything that was looked at is in order.
doctor-some-look = Docket works. Look at what is marked.
doctor-some-broken = Something is broken. Begin with the last lines.
doctor-folder-none = There is no data folder { $path } yet. docket serve makes it.
doctor-folder-fine = The data folder { $path } is its owner's alone.
doctor-folder-open = Others on this machine may enter the data folder { $path }. Take their rights: chmod 700.
doctor-folder-no-write = Nothing can be written to the data folder { $path }: { $problem }. Docket takes in nothing until that works.
doctor-disk-fine = { $free } MB are free where the data is.
doctor-disk-little = Only { $free } MB are free where the data is; { $wanted } are wanted. Make room before arrivals are refused.
doctor-disk-full = Only { $free } MB are free where the data is. Docket refuses arrivals when there is no room. Make room now.
doctor-clock-fine = This machine and the disk agree on the time.
doctor-clock-disk = The disk's clock and this machine's differ by { $seconds } s. Let both ask the same time server.
doctor-clock-back = A file in the data folder is { $seconds } s from the future: the clock was put back. Set it right before anything is received.
doctor-key-none = There is no sealing key { $path }. Put the right one back: without it no stored message can be read.
doctor-key-open = Others on this machine may read the sealing key { $path }. Take their rights: chmod 600. Then ask who read it.
doctor-key-fine = The sealing key { $path } reads, and only its owner may read it.
doctor-address-tls = People reach Docket over TLS at { $url }.
doctor-address-here = Only people at this machine reach Docket, at { $url }.
doctor-address-clear = People elsewhere reach Docket at { $url } in the clear, with their passwords. Put a TLS proxy in front and set base_url to its https:// address.
doctor-proxies-everybody = trusted_proxies holds every address there is, so anybody may claim to come from anywhere. Name the proxies.
doctor-proxies-none = People come through a TLS proxy, but trusted_proxies names none: limits and the audit take everybody for one address.
doctor-proxies-fine = { $n ->
    [0] No proxy is trusted.
    [one] One proxy is trusted.
   *[other] { $n } proxies are trusted.
}
doctor-proxy-unnamed = { $peer } says where requests come from, and trusted_proxies does not name it. If that is your proxy, name it; if not, somebody pretends to be one.
doctor-proxy-silent = The proxy { $peer } does not say where requests come from (X-Forwarded-For), so everybody behind it is taken for one. Let it say so.
doctor-environment = This is a { $environment } installation.
doctor-reached = { $url } leads to Docket.
doctor-reached-no-hsts = { $url } leads to Docket, but something on the way removes the header that keeps browsers on TLS (Strict-Transport-Security).
doctor-reached-other = { $url } answers with status { $status }, and not as Docket does. Check base_url and what the proxy leads to.
doctor-reached-not = This machine does not reach { $url }: { $problem }. If people elsewhere do, this is no harm.
doctor-provider-fine = The identity provider { $issuer } answers as it must.
doctor-provider-away = The identity provider { $issuer } cannot be used: { $problem }. Nobody signs in there until that is right.
doctor-server-slow = The running server does not answer. Look at what it writes about itself.
doctor-server-stopped = Docket does not run.
doctor-store-none = There is no data yet. docket serve makes it, and a link for the first administrator.
doctor-views-fine = { $n ->
    [0] The pages show the log to its end.
    [one] The pages show the log to its end, but for one event.
   *[other] The pages show the log to its end, but for { $n } events.
}
doctor-views-behind = The pages are { $n } events behind the log. They catch up; if the number grows, look at what the server writes about itself.
doctor-views-stopped = A loop inside Docket ended, so pages or arrivals stand still. Start it again and look at what it wrote about itself.
doctor-nobody = Nobody can sign in yet. Start Docket: it prints a link that makes the first administrator.
doctor-administrators-elsewhere = No administrator is known yet. The identity provider must know one whose claims map to the role.
doctor-no-administrator = There are people, but no administrator who may sign in.
doctor-one-administrator = There is one administrator, so nobody can agree to what they propose. Make a second.
doctor-administrators = { $n } administrators may sign in.
doctor-backup-nothing = Nothing was received yet, so there is nothing to back up.
doctor-backup-never = No backup was ever made with docket backup.
doctor-backup-old = The last backup is { $days } days old. Make one: docket backup.
doctor-backup-fine = { $days ->
    [0] The last backup is from the last 24 hours.
    [one] The last backup is one day old.
   *[other] The last backup is { $days } days old.
}
doctor-backup-postgres = The log is on Postgres: it is backed up there, and not seen from here.
doctor-log-fine = The log ends before now, as it must.
doctor-log-ahead = The clock stands { $seconds } s before what the log already holds. Set it right: what comes now would be dated later than it is.
doctor-tokens-fine = No token ends within { $days } days.
doctor-tokens-ending = { $n ->
    [one] A token ends
   *[other] { $n } tokens end
} within { $days } days or has ended: { $names }. Give its sender a new one.
doctor-sources-fine = { $n ->
    [0] There is no source yet.
   *[other] Every source that ever sent still does.
}
doctor-sources-silent = { $n ->
    [one] A source has
   *[other] { $n } sources have
} not sent for more than { $hours } hours: { $names }.

talk-broken = The running Docket could not be asked: { $problem }.

## api: what machines are answered

api-title = Docket API
api-lede = For machines. People sign in and use the pages; sources send with their token.
api-document = The same as an OpenAPI document
api-body = Body
api-problems = Refusals
api-schemas = Schemas

problem-invalid = The request does not say something sensible
problem-sign-in-needed = Who asks is not known
problem-not-allowed = Not allowed
problem-not-found = Not found
problem-conflict = Changed meanwhile
problem-key-reused = The same key with another body
problem-too-large = Too large
problem-too-many = Too often
problem-unavailable = Not now
problem-internal = A defect of Docket

error-other-site = This was sent by another site, so it was not done. Open the page of Docket itself and do it there.
error-body-too-large = The body has more than { $bytes } bytes. Nothing was taken. Send it in smaller parts.
error-body-ratio = The body unpacks to more than { $times } times what was sent. Nothing was taken. Send it in smaller parts, or plain.
error-host = The request names no host, or several. Nothing was done.
error-address-long = The address is too long. Nothing was done.
error-body-nul = What was sent holds a character that no text has. Nothing was done.
error-address-nul = The address holds a character that no text has. Nothing was done.
error-batch-too-large = The batch has more than { $n } events. Nothing was taken. Send it in smaller batches.
error-body-broken-off = The body broke off. Nothing was taken. Send it again.
error-json = The body is not the JSON that is expected here: line { $line }, column { $column }: { $problem }.
error-query = The address does not read: { $problem }
error-topic = There is no topic { $topic }. There are orders, exceptions and messages.
error-source-token = This needs the token of a source, as bearer or as basic password, and of the source in the address.
error-source-signature = The signature does not fit the body, or is more than five minutes old.
error-source-rate = This source sends more often than is taken. Nothing was taken. Send it again in { $seconds } s.
error-sign-in-rate = Too many attempts. Try again in { $seconds } s.
error-not-cloudevents = This is not a CloudEvent by its content type. Send anything else to /v1/in/ and the source's name.
error-metrics-token = Metrics are for who collects them: on this machine, or with the configured token.
error-console = This is for commands on this machine that can read the data folder.
error-took-too-long = This took too long, so it was given up. Try again.
error-body-coding = The body is packed in a way that is not known here. Nothing was taken. Send it plain or as gzip.
error-key = An Idempotency-Key has 1 to 255 characters.
error-key-reused = This key was used for another request. Nothing was done. Choose a new key.
error-key-under-way = The first request with this key is still under way. Ask again in a second.
error-prefetch = This page works once, so it is not fetched ahead.
error-body-expired = The bytes of this message have expired, so it cannot be read again. Ask the sender for it.

## order page, first line

order-sentence = { $state }. { $exceptions ->
    [0] Nothing is wrong that Docket can see.
    [one] One exception is open.
   *[other] { $exceptions } exceptions are open.
}{ $next ->
    [nothing] {""}
   *[other] {" "}Next: { $next }.
}
next-approval = approval
next-sending = sending it to the supplier
next-answer = the supplier's answer
next-shipment = shipment
next-receipt = goods receipt
next-invoice = the invoice
next-posting = posting
unit-tne = t
unit-kgm = kg
unit-grm = g
unit-ltr = l
unit-mtr = m
unit-mtk = m²
unit-mtq = m³
unit-c62 = pc
unit-h87 = pc
unit-ea = pc
unit-pce = pc
unit-set = set
unit-pr = pair
unit-hur = h
unit-day = day
unit-xbx = box
unit-xct = carton
unit-xcs = case
unit-xpx = pallet
unit-xro = roll
field-type = what happened
field-activity = in its own words
field-occurred-at = happened
field-received-at = we learned of it
field-source-recorded-at = written down by the source
field-correlation-id = belongs together with
field-purchase-order = order
field-order-alias = order number elsewhere

## governance: records that two people change, and what is found in the audit

error-roles-incompatible = { $first } and { $second } do not go together: { $why ->
    [administrator-and-approver] who gives out roles would approve payments
    [receipt-and-approver] who posts receipts would approve their invoices
    [mapping-editor-and-approver] who writes a mapping would approve it
   *[other] who guards the house takes no part in its business
}. Choose one, or name a control that stands in for a while.
error-compensation-empty = Say what is done instead while the two roles are held together: who looks at what, how often.
error-compensation-until = A control stands in from the day the roles begin, for three months at most.
error-title-empty = Give it a name for people.
error-routing-team = Name the team the case goes to.
error-routing-stand-in = Somebody stands in for a person: name the person first.
error-routing-same-person = Nobody stands in for themselves. Name another person.
error-rate-currencies = A rate is named by two different currencies, such as USD/EUR.
error-rate-positive = A rate is above nought.
error-calendar-zone = There is no time zone “{ $zone }”. A zone is named like Europe/Berlin.
error-calendar-empty = A calendar has at least one day that is worked.
error-calendar-hours = Hours close after they open, and none open before the ones before them have closed.
error-calendar-window = A planned pause ends after it begins.
error-calendar-holiday = Say what the holiday on { $date } is.
error-record-name = A record has a name of 1 to 80 characters, and is of the kind it is filed under.
error-record-unreadable = What is proposed cannot be read: { $reason }.
error-proposal-own = You asked for this. Another person decides.
error-proposal-own-access = This is about your own roles. Another person decides.
error-proposal-not-open = This can no longer be decided: { $state ->
    [agreed] it was agreed
    [declined] it was declined
    [withdrawn] it was taken back
    [expired] its time is over
   *[void] the record changed meanwhile
}.
error-proposal-other = What is asked for is not what you looked at. Look at it again, then decide.
error-proposal-record-changed = The record changed since this was asked for. Ask again on what holds now.
error-proposal-nothing = This is how it is already. Nothing would change.
error-proposal-reason = Say why, in a few words.
error-alone-not-allowed = Acting alone is not allowed here. Ask for it, and let another person decide.
error-alone-ticket = Acting alone needs the number of a ticket.
error-nothing-to-review = There is nothing to review here any more.
skipped-changed = changed since it was chosen
skipped-gone = no longer there
audit-found-changed = Row { $row } was changed after it was sealed.
audit-found-back-dated = Row { $row } was changed: it is dated before the row that was written before it.
audit-found-deleted = Row { $row } was removed.
audit-found-gap = Rows { $first } to { $last } were removed.
audit-found-inserted = Row { $row } was added after its place was sealed.
audit-found-swapped = Row { $row } holds what belongs in row { $of }.
audit-found-broken-seal = The seal up to row { $row } was changed. What it says of its rows proves nothing.
audit-found-missing-seal = Seals are missing between row { $after } and row { $before }.
audit-found-unsealed = Rows from { $row } on should be sealed by now and are not.
audit-found-cut-off = The end was cut off: the seal up to row { $row } was there and is gone.

## audit: who did what

nav-audit = Audit
audit-lede = Who did what, newest first. Entries are sealed each second: what is changed afterwards is found.
audit-lede-own = What you did, newest first.
audit-none = There is nothing like that.
audit-title = Entry { $id }
audit-person = Who
audit-action = What
audit-object = To what
audit-outcome = Outcome
audit-any-outcome = any outcome
audit-outcome-done = done
audit-outcome-refused = refused
audit-outcome-failed = failed
audit-from = From (UTC)
audit-to = Before (UTC)
audit-csv = Take out as CSV
audit-jsonl = Take out as JSON lines
audit-at = When
audit-why = Why
audit-sealed = Sealed
audit-not-sealed = not yet
audit-reason = Reason
audit-comment = Comment
audit-ticket = Ticket
audit-because = Because
audit-changes = What changed
audit-field = Field
audit-before = Before
audit-after = After
audit-nothing = nothing
audit-hashed = Sensitive values are kept as hashes: one sees whether they changed, not what they are.
audit-facts = Where it came from
audit-fact-method = Signed in by
audit-fact-ip = Address
audit-fact-version = Version acted on
audit-fact-seq = Entry of the log
audit-fact-policy = Policy in force
audit-fact-approvals = Agreed by
audit-fact-viewed = Data shown
audit-fact-valid-from = In effect from
audit-fact-roles = Roles held
audit-fact-scope = Rows in sight
audit-fact-on-behalf-of = Standing in for
audit-fact-session = Session
audit-fact-client = Program
audit-fact-request = Request
audit-fact-correlation = Conversation
audit-fact-times = How often
audit-fact-tried = Items tried
audit-fact-processed = Items processed
audit-fact-other = The other order
audit-fact-up-to = Up to entry
audit-method-itself = Docket itself
audit-method-password = password
audit-method-oidc = the company's sign-in
audit-method-demo = one click
audit-method-token = token
audit-method-console = command on this machine
audit-kind-case = Case
audit-kind-message = Message
audit-kind-order = Order
audit-kind-event = Event
audit-kind-person = Person
audit-kind-session = Session
audit-kind-source = Source
audit-kind-token = Token
audit-kind-address = Address
audit-kind-file = File
audit-kind-audit = Audit
audit-kind-installation = Installation
audit-kind-several = Several
audit-action-access-refused = was refused
audit-action-session-refused = could not sign in
audit-action-session-opened = signed in
audit-action-session-closed = signed out
audit-action-data-viewed = looked at sensitive data
audit-action-case-unchanged = acted on a case too late
audit-out-of-scope = It lies outside what they may know of.
error-audit-outcome = An outcome is done, refused or failed.
error-audit-time = This is no date and time. Write it like 2026-03-02T08:00.
error-audit-format = The audit is taken out as CSV or as JSON lines.
cli-audit = The record of who did what
cli-audit-verify = Check that nothing in it was changed, removed, added or dated back
cli-audit-json = As JSON, one thing found a line, for machines
verify-progress = { $n } of about { $of } rows checked
verify-found = Found: { $what }
verify-whole = { $rows } rows under { $seals } seals are as they were written. { $unsealed } rows wait for their seal.
verify-broken = { $n ->
    [one] One thing is not as it was written.
   *[other] { $n } things are not as they were written.
} { $rows } rows under { $seals } seals were checked.
verify-no-log = There is no log in { $path } to check.
api-tag-audit = Who did what

## governance: pages of records, requests and people
nav-requests = Requests
nav-governance = Rules
yes = yes
no = no
done-asked = It is asked for. Another person decides.
done-alone = It is done. Another person reviews it.
done-agreed = Agreed. It holds from now on.
done-declined = Declined. Nothing changes.
done-withdrawn = Taken back. Nothing changes.
done-reviewed = The review is kept.
done-person-asked = The person can sign in now. What they may see waits for another person to agree.
done-blocked = The person can no longer sign in, and is signed out everywhere.
done-unblocked = The person can sign in again.
done-person-signed-out = That browser is signed out.
done-teams = The teams are kept.
done-stand-in = The stand-in is kept.
sources-entity-reason = So that documents that name no buying entity can be processed.
governed-access = roles and scope
governed-source = systems
governed-routing-rule = who gets a case
governed-currency-rate = currency rates
governed-calendar = calendars
governed-means-access = What each person may do, and which rows they see
governed-means-source = Which systems send to us, and for which buying entity
governed-means-routing-rule = Which team and person a case goes to
governed-means-currency-rate = What one unit of a currency is worth in another, from a date on
governed-means-calendar = Working hours and holidays
governed-key-hint-access = The user name
governed-key-hint-source = Lower-case letters, digits, hyphens. Such as: wms-lodz
governed-key-hint-routing-rule = Such as: prices-de01
governed-key-hint-currency-rate = From one currency to another. Such as: USD/EUR
governed-key-hint-calendar = Such as: company. By “company” the end of a review is counted.
governance-lede = Every change of these needs two people. { $n ->
    [0] None waits now.
    [one] One waits now.
   *[other] { $n } wait now.
  }
governance-nothing = Nothing here is for your work.
governance-kind = What
governance-records = How many
governance-open = Waiting
governance-you = You may
governance-may-both = ask, and decide what others ask
governance-may-ask = ask
governance-may-decide = decide what others ask
governance-may-read = read
record-name = Name
record-says = Says
record-version = Version
record-count = { $n ->
    [0] There is none yet.
    [one] There is one.
   *[other] There are { $n }.
  }
record-none = Nothing was agreed on yet.
record-ended = ended
record-now = What holds now
record-waits = Waiting for a second person
record-lede = Version { $version }, agreed by { $by }.
record-lede-set-up = It stands as it was set up. Nobody asked for a change yet.
record-lede-new = There is none of that name yet.
record-lede-ended = It was ended. It can be asked for again.
record-history = History
record-history-none = It stands as it was set up. What holds now is kept when a change is asked for.
record-version-n = Version { $n }
record-by-two = asked by { $asked }, agreed by { $agreed }, { $at }
record-by-alone = done alone by { $who }, { $at }
record-by-set-up = as it was set up
record-request = Request { $id }
record-back = Back to version { $n }
record-back-reason = Why back to version { $n }?
diff-field = Field
diff-before = Now
diff-after = Then
field-none = –
field-more = and more
field-roles = roles
field-scope = sees
field-scope-entities = buying entities
field-scope-sites = sites
field-scope-categories = categories
field-scope-regions = regions
field-compensation-control = control in place of separation
field-compensation-until = control until
field-title = name
field-lane = drawn as
field-entity = buying entity
field-stopped = out of service
field-class = class
field-site = site
field-supplier = supplier
field-buyer = buyer
field-team = team
field-person = person
field-stand-in = stand-in
field-rate = rate
field-publisher = published by
field-zone = time zone
field-holidays = holidays
field-windows = planned pauses
field-hours-mon = Monday
field-hours-tue = Tuesday
field-hours-wed = Wednesday
field-hours-thu = Thursday
field-hours-fri = Friday
field-hours-sat = Saturday
field-hours-sun = Sunday
scope-all = everything
scope-nothing = nothing
form-new = Ask for a new one
form-change = Ask for a change
form-text = Another person decides. Until then nothing changes.
form-from = From
form-from-hint = Empty: as soon as it is agreed.
form-alone = Do it at once, alone: an emergency. Needs a reason and a ticket; another person reviews it by the end of the next working day.
form-end-access = End it: no roles, and signed out everywhere
form-end-routing-rule = End this rule
form-end-currency-rate = End this rate
form-end-calendar = End this calendar
form-reason = Why
form-reason-hint = Who decides reads this.
form-ticket = Ticket
form-ask = Ask for it
form-stopped = Out of service: what it sends is refused
form-any = any
form-any-hint = Empty: any
form-rate-hint = Such as: 0.9213
form-scope = What they see
form-scope-hint = Apart by commas. All empty: everything. Such as: DE01, PL02
form-scope-nothing = Now they see nothing.
form-hours = Working hours, such as 08:00-12:00, 13:00-17:00; empty: not worked
form-holidays-hint = One of the { $word } a line: 2026-12-25 Christmas
error-form-hours = Hours are written like 08:00-12:00, 13:00-17:00.
requests-lede = { $n ->
    [0] Nothing waits for you.
    [one] One request waits for you.
   *[other] { $n } requests wait for you.
  } { $others ->
    [0] None waits for others.
    [one] One waits for others.
   *[other] { $others } wait for others.
  }
requests-none = Nobody asked for anything yet.
requests-review = Done alone in an emergency, to be reviewed
requests-decide = For you to decide
requests-yours = Yours, waiting for another person
requests-others = Waiting for others
requests-over = Decided
request-what = What
request-who = Who asks, and why
request-when = Until
request-what-new = New in { $kind }: { $title }
request-what-change = Change { $kind }: { $title }
request-what-end = End { $kind }: { $title }
request-asked = Asked by { $who }, { $at }
request-expires = can be decided until { $at }
request-review-by = to be reviewed by { $at }
request-review-overdue = review overdue since { $at }
request-state-open = waits
request-state-agreed = agreed
request-state-declined = declined
request-state-withdrawn = taken back
request-state-expired = nobody decided in time
request-state-void = the record changed meanwhile
request-lede = { $who } asked for this on { $at }.
request-lede-until = It can be decided until { $at }.
request-lede-alone = { $who } did this alone on { $at }.
request-will = What will happen
request-did = What it does
request-changes = What changes
request-reason = Why
request-ticket = Ticket
request-from = From
request-from-agreed = as soon as it is agreed
request-decide = Decide
request-review = Review
request-comment = Comment: { $verdict }
request-deciders = These may: { $names }.
request-nobody = nobody yet
request-said-agree = { $who } agreed, { $at }
request-said-decline = { $who } declined, { $at }
request-said-withdraw = { $who } took it back, { $at }
request-said-right = { $who } reviewed it: acting alone was right, { $at }
request-said-wrong = { $who } reviewed it: acting alone was not right, { $at }
verdict-agree = agree
verdict-decline = decline
verdict-withdraw = take back
verdict-right = it was right
verdict-wrong = it was not right
impact-access-gains = They may do more: { $permissions }.
impact-access-loses = They may no longer: { $permissions }.
impact-access-scope-same = They see { $scope ->
    [all] everything
    [none] nothing
   *[other] { $scope }
  }, as before.
impact-access-scope = They see { $after ->
    [all] everything
    [none] nothing
   *[other] { $after }
  }, before it was { $before ->
    [all] everything
    [none] nothing
   *[other] { $before }
  }.
impact-access-sessions = { $n ->
    [0] They are not signed in now.
    [one] They are signed in with one browser: it works by the new roles from its next click.
   *[other] They are signed in with { $n } browsers: these work by the new roles from their next click.
  }
impact-access-sessions-end = { $n ->
    [0] They are not signed in now.
    [one] One browser is signed out.
   *[other] { $n } browsers are signed out.
  }
impact-source-new = A new system. It gets its token on the page of systems.
impact-source-messages = { $n ->
    [0] It sent nothing so far.
    [one] It sent one message so far: what was taken in stays as it is.
   *[other] It sent { $n } messages so far: what was taken in stays as it is.
  }
impact-source-parked = { $n ->
    [one] One parked item can be tried again then.
   *[other] { $n } parked items can be tried again then.
  }
impact-source-stops = What it sends is refused from then on.
impact-routing = { $n ->
    [0] No open case fits this rule.
    [one] One open case fits this rule
   *[other] { $n } open cases fit this rule
  }{ $n ->
    [0] {""}
   *[other] ; { $moving } of them are with another team now.
  }
impact-routing-at-most = At most { $n } open cases fit this rule; at most { $moving } of them are with another team now.
impact-routing-many = { $n } open cases or more fit this rule; { $moving } or more of them are with another team now.
impact-routing-end = Cases go to the team of their class again.
impact-rate = One { $from } is worth { $rate } { $to }.
impact-rate-changed = One { $from } is worth { $rate } { $to }; before it was { $before }.
impact-rate-end = What is in that currency is listed beside the sums, no longer added.
impact-calendar-week = { $after } hours a week are worked.
impact-calendar-week-changed = { $after } hours a week are worked; before it was { $before }.
impact-calendar-holidays = { $more } days are not worked any more, { $fewer } are worked again.
impact-calendar-end = Reviews and deadlines are counted Monday to Friday, 08:00 to 17:00 UTC.
error-request-what = Say what it is to become: a new content, an earlier version, or its end. One of the three.
error-request-version = There is no such version to go back to.
error-request-dated = This begins when it is agreed. Ask for it when it is to begin.
error-request-scope = This reaches beyond what you may see yourself. Somebody with a wider scope asks or decides.
error-request-verdict = Say agree, decline or withdraw; of what was done alone: right or wrong.
error-source-stopped = This system is out of service. Somebody who looks after systems asks for it to be taken back.
error-person-self = Nobody blocks themselves.
error-stand-in-unknown = There is no such person to stand in.
error-stand-in-dates = A stand-in ends after it begins.
people-new-text = They can sign in at once. What they may see begins when another person agrees; the first two administrators set each other up.
people-scope = Sees
people-seen = Last seen
people-not-signed-in = not signed in
people-no-roles = no roles yet
people-waits = a change waits
people-blocked = blocked
person-lede = Works on { $roles }; sees { $scope }.
person-lede-blocked = May not sign in since { $at }.
person-sessions = Signed in
person-from = With
person-since = Since
person-somewhere = a browser
person-sign-out = Sign out
person-teams = Teams
person-teams-save = Keep teams
person-stand-in = Stand-in
person-stand-in-line = { $who }, from { $from } until { $to }
person-stand-in-from = First day
person-stand-in-to = Last day
person-stand-in-save = Keep stand-in
person-do-block = block
person-do-unblock = let in again
person-means-block = They can no longer sign in, and are signed out everywhere at once.
person-means-unblock = They can sign in again with the roles they have.
may-see-orders = see orders
may-see-prices = see prices and amounts
may-see-messages = see messages
may-see-raw = see what a source sent
may-break-glass = read the very bytes in an emergency
may-see-exceptions = see exceptions
may-triage = classify and assign cases
may-retry = process a message again
may-resolve = close cases
may-export = take out lists
may-administer = administer the installation
may-see-people = see people
may-manage-people = let people in and keep them out
may-govern-access = ask for or decide roles
may-govern-sources = ask for or decide changes of systems
may-manage-tokens = hand out tokens
may-govern-routing = ask for or decide who gets a case
may-govern-rates = ask for or decide currency rates
may-govern-calendars = ask for or decide calendars
may-read-audit = read who did what
may-review-emergency = review what was done alone
may-manage-holds = keep data from being deleted
may-erase-data = erase what is known of a person
## tokens: of sources and services

nav-services = Services
error-token-days = A token is good for 1 to 90 days.
error-token-overlap = The old token can work on for 0 to 720 hours.
error-token-quota-range = Requests a minute are 1 to 1,000,000, or leave it empty.
error-token-over = This token was replaced or revoked already. Look at the list again.
error-token-quota = This token is used more often than was agreed. Nothing was taken. Try again in { $seconds } s.
error-service-name = A service's name has 2 to 40 lower-case letters, digits or hyphens.
error-service-taken = There is a service of that name already. Replace its token, or choose another name.
error-service-scopes = Choose at least one thing that the service may read.
error-service-rows = You can only let a service read what you may see yourself.
error-service-owner = Name a person who may sign in here: they answer for the service.
error-form-number = Write a whole number.
token-state-works = Works
token-state-replaced = Replaced, still works
token-state-ended = Ended
token-state-revoked = Revoked
token-name = Token
token-state = State
token-ends = Ends
token-used = Last used
token-rate = At most
token-by = Made by
token-acts = What to do
token-never-used = never
token-no-end = no end
token-no-quota = as its system may
token-quota = { $n ->
    [one] 1 request a minute
   *[other] { $n-text } requests a minute
}
token-ends-in = { $n ->
    [0] has ended
    [one] 1 day left
   *[other] { $n-text } days left
}
token-until = It is good until { $at }.
token-how-service = As bearer token. It reads what was agreed and can change nothing.
token-rotate-of = Replace { $prefix }…
token-rotate = Make the new token
token-overlap = Hours the old one still works
token-overlap-hint = 0 ends it at once. At most { $most }.
token-days = Days the new one is good for
token-days-hint = At most { $most }.
token-revoke = Revoke
token-revoke-of = Revoke { $prefix } at once
token-form-title = What it is for
token-form-title-hint = Such as: nightly load. Empty: the name above.
token-form-quota = Requests a minute at most
token-form-quota-hint = Empty: as often as a system may send.
token-ending-title = Tokens that end soon
token-ending = { $n ->
    [0] The token { $prefix }… of { $name } has ended. What it sends is turned away until it has a new one.
    [one] The token { $prefix }… of { $name } ends within a day. Replace it before then; the old one works on for a while.
   *[other] The token { $prefix }… of { $name } ends in { $n } days. Replace it before then; the old one works on for a while.
}
token-ending-open = Open
done-token-revoked = The token is revoked and lets nobody in any more.
source-name = Name in its address
source-no-entity = must be named by each document
source-lede-never = Nothing has come from it yet. Send something with the lines below.
source-lede-parked = { $n ->
    [one] It sends. 1 message part could not be read and waits.
   *[other] It sends. { $n-text } message parts could not be read and wait.
}
source-lede-fine = It sends, and all of it could be read.
source-tokens = Its tokens
source-tokens-closed = Its tokens are looked after elsewhere.
source-tokens-lede = { $n ->
    [0] No token works: it cannot send.
    [one] 1 token works. A token lets it send as itself and as nobody else.
   *[other] { $n-text } tokens work. Each lets it send as itself and as nobody else.
}
source-token-ends-word = Soon
source-token-ends = { $n ->
    [0] A token has ended. Replace it, or what it sends is turned away.
    [one] A token ends within a day. Replace it below; the old one works on for a while.
   *[other] A token ends in { $n } days. Replace it below; the old one works on for a while.
}
source-token-make = Make a token
source-how = How it sends
source-how-text = Put the address of this installation in front of the path. The token is what was shown once.
services-none = No service reads over the API yet.
services-lede = { $n ->
    [one] 1 service reads over the API. It can change nothing here.
   *[other] { $n } services read over the API. They can change nothing here.
}
services-owner = Answers for it
services-reads = May read
services-rows = Of these rows
services-rows-all = all
services-rows-entities = buying entities { $names }
services-rows-sites = sites { $names }
services-rows-categories = categories { $names }
services-rows-regions = regions { $names }
services-connect = Let a service read
services-connect-text = A program of yours gets a token that reads what you choose and changes nothing. The token is shown once.
services-form-name = Name
services-form-name-hint = Lower-case letters, digits, hyphens. Such as: dashboard
services-form-owner-hint = The user name of who is asked when something is wrong with it
services-form-entities = Only of these buying entities
services-form-entities-hint = Apart by commas. Empty: all that you may see.
services-form-save = Make its token
service-scope-orders-read = orders and their history
service-scope-prices-read = prices and values
service-scope-exceptions-read = exceptions
service-scope-messages-read = messages and systems
service-scope-audit-read = who did what

## selections: frozen lists of exceptions

exceptions-tick = Tick { $class }, number { $id }
exceptions-take-ticked = Take the ticked ones:
exceptions-take-all = { $n ->
    [one] Take the one that matches
   *[other] Take all { $n-text } that match
}
exceptions-take-text = The list is frozen as you see it; what to do with it comes next.
selection-title = Frozen list
selection-heading = { $n ->
    [one] 1 exception, frozen
   *[other] { $n-text } exceptions, frozen
}
selection-lede = What you do here is done with exactly these. What changed since is left as it is, with the reason.
selection-worth = Could cost
selection-without-worth = { $n ->
    [one] and 1 of which it is not known
   *[other] and { $n-text } of which it is not known
}
selection-taken = Frozen
selection-mark = Mark
selection-kept = Kept until
selection-rows = What is in it
selection-export = Take it out as a table
selection-file = exceptions-{ $id }
selection-shown = { $n-text } of { $all-text } are shown.
selection-do-text = Each one carries what you write here into its history.
selection-resolve-title = Close all of them
selection-resolve = { $n ->
    [one] Close 1 exception
   *[other] Close { $n-text } exceptions
}
selection-classify-title = Give all of them another class
selection-classify = { $n ->
    [one] Change 1 exception
   *[other] Change { $n-text } exceptions
}
selection-ran-classify = Given the class “{ $class }”
selection-ran-resolve = Closed: { $how }
selection-ran = { $skipped ->
    [0] All { $done-text } were done.
   *[other] { $done-text } were done, { $skipped-text } were left as they are.
}
selection-ran-on = { $done-text } done, { $skipped-text } left as they are, { $left-text } to come.
selection-look-again = Look again
selection-row-done = done
skipped-closed = closed already
skipped-same-class = has that class already
export-case = Case
export-version = Version
export-class = Class
export-severity = Severity
export-state = State
export-entity = Entity
export-order = Order
export-opened = Opened
export-what = What it means
export-changed = { $state }, changed since it was frozen
done-frozen = This is your list. Nothing was changed yet.
done-selection = Done with every one of them.
done-selection-some = Done. Some were left as they are; the reasons are below.
done-selection-begun = It is under way. Look again in a moment.
error-selection-none-ticked = Tick at least one, or take all that match.
error-selection-empty = Nothing matches, so there is nothing to freeze.
error-selection-large = This is more than can be acted on at once. Narrow it down first.
error-selection-state = A list is of open or of closed exceptions.
error-selection-twice = A case was named twice, with different versions.
error-selection-other = This is not the list that you looked at, so nothing was done. The list has the mark { $hash }.
error-selection-running = Something is under way with this list. Wait until it is done.
