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
