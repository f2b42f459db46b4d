// The page in React 19, which sets attributes of custom elements and listens to their events by `on` and the event's name.
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { placeOrder } from './order.js';

function Checkout({ order, className, onReady, onDone }) {
  return (
    <voucher-checkout
      session={order.id}
      client-secret={order.client_secret}
      className={className}
      onready={onReady}
      ondone={onDone}
    />
  );
}

function Page() {
  const [order, setOrder] = useState();
  const [there, setThere] = useState(true);
  const [count, setCount] = useState(1);
  const [heard, setHeard] = useState([]);
  const hear = (words) => setHeard((before) => [...before, words]);
  const open = () => placeOrder().then(setOrder);
  useEffect(() => void open(), []);
  return (
    <>
      <p><button id="more" onClick={() => setCount(count + 1)}>One more</button> <output id="count">{count}</output></p>
      <p>
        <button id="another" onClick={open}>Another order</button>
        <button id="leave" onClick={() => setThere(!there)}>Leave</button>
      </p>
      <p>Heard: <output id="heard">{heard.join(' ')}</output></p>
      {order && there && (
        <Checkout
          order={order}
          className={`count-${count}`}
          // New functions with every rendering, as in most pages; the second one refers to the current order.
          onReady={() => hear('ready')}
          onDone={({ detail }) => hear(`done:${detail.session === order.id ? order.id : 'another'}`)}
        />
      )}
    </>
  );
}

createRoot(document.getElementById('app')).render(<StrictMode><Page /></StrictMode>);
